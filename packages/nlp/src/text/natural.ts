/**
 * The door to the `natural` library. Its parts are loaded one by one, when first asked for: the root module takes two
 * seconds, loads database drivers and prints a banner.
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Loads `natural/lib/natural/<path>`. */
export function loadNatural<T>(path: string): T {
  return require(`natural/lib/natural/${path}`) as T
}
