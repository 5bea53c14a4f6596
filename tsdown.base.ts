/** What the builds of all packages have in common. */
import type { UserConfig } from 'tsdown'

export const base: UserConfig = {
  entry: ['src/index.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Not the root's tsconfig: its `paths` lead to the sources of the other packages, a build must see their dist.
  tsconfig: '../../tsconfig.base.json',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
  // What is not declared must not slip into a bundle.
  deps: { onlyBundle: [] },
  checks: { pluginTimings: false },
  failOnWarn: true,
  logLevel: 'warn',
}
