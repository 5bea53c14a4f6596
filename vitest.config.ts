import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests run on the sources, so that a change needs no build; the packed tarballs have a test of their own.
    alias: [
      { find: '@attentive/core/testing', replacement: source('packages/core/src/testing/index.ts') },
      { find: '@attentive/core/tf-layers', replacement: source('packages/core/src/tf-layers/index.ts') },
      { find: '@attentive/core', replacement: source('packages/core/src/index.ts') },
      { find: '@attentive/nlp', replacement: source('packages/nlp/src/index.ts') },
      { find: '@attentive/timeseries', replacement: source('packages/timeseries/src/index.ts') },
    ],
  },
  test: {
    include: ['{packages,apps}/*/test/**/*.test.ts', '{benchmarks,tools}/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
