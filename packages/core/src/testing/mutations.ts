/** Changes at random, for tests of what is read from files: nothing hostile or damaged may break more than the reading. */
import { NdArray } from '../engine/nd-array.js'
import type { Rng } from '../engine/random.js'

const strange = [null, -1, 0, 1e9, 2 ** 53, 0.5, '', 'x', '</s>', '__proto__', [], {}, true, ['a', 'a']]

/** The same JSON tree with something at one place replaced, taken away or doubled. */
export function mutatedTree(tree: unknown, rng: Rng): unknown {
  if (typeof tree !== 'object' || tree === null || rng.nextInt(12) === 0)
    return strange[rng.nextInt(strange.length)]
  const entries = Object.entries(tree)
  const at = rng.nextInt(Math.max(1, entries.length))
  const kind = rng.nextInt(6)
  const changed = entries.flatMap(([key, value], i) => {
    if (i !== at) return [[key, value]]
    if (kind === 0) return []
    if (kind === 1)
      return [
        [`${key}X`, value],
        [key, value],
      ]
    return [[key, mutatedTree(value, rng)]]
  })
  return Array.isArray(tree) ? changed.map(([, value]) => value) : Object.fromEntries(changed)
}

/** The same weights with one of them turned round, renamed, made NaN or cut. */
export function mutatedWeights(
  weights: Readonly<Record<string, NdArray>>,
  rng: Rng,
): Record<string, NdArray> {
  const names = Object.keys(weights)
  const name = names[rng.nextInt(names.length)] as string
  const { [name]: changed, ...others } = weights
  const { data, shape } = changed as NdArray
  const kind = rng.nextInt(4)
  if (kind === 0) return { ...others, [name]: new NdArray(data, [...shape].reverse()) }
  if (kind === 1) return { ...others, [`${name}X`]: new NdArray(data, shape) }
  if (kind === 2)
    return {
      ...others,
      [name]: new NdArray(
        data.map(() => Number.NaN),
        shape,
      ),
    }
  return { ...others, [name]: new NdArray(data.slice(0, data.length - 1), [data.length - 1]) }
}

/** The same bytes but one. */
export function mutatedBytes(bytes: Uint8Array, rng: Rng): Uint8Array {
  const mutated = bytes.slice()
  mutated[rng.nextInt(bytes.length)] = rng.nextInt(256)
  return mutated
}
