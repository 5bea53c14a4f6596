/**
 * The order in which a fused recurrent kernel, which knows neither masks nor directions, is given the time steps of
 * each row: valid steps first, in walking order; padding after them, where it disturbs nothing that is read.
 * Steps are numbered t·B + b, as in a flattened `[T, B]`.
 */
export interface StepOrder {
  /** `[T·B]` the step that stands at each place; null when every step stands at its own. */
  source: Int32Array | null
  /** `[T·B]` the place of each step, the inverse of `source`; null likewise. */
  position: Int32Array | null
  /** `[B]` the place of each row's last valid step, with the initial state as a step before the first. */
  last: Int32Array
}

export interface StepOrderOptions {
  reverse: boolean
  /** `[T·B]`, non-zero = valid; default: all valid. */
  mask?: ArrayLike<number> | undefined
}

export function stepOrder(T: number, B: number, { reverse, mask }: StepOrderOptions): StepOrder {
  const walking = Array.from({ length: T }, (_, place) => (reverse ? T - 1 - place : place))
  const source = new Int32Array(T * B)
  const position = new Int32Array(T * B)
  const last = new Int32Array(B)
  for (let b = 0; b < B; b++) {
    const isValid = (t: number) => mask?.[t * B + b] !== 0
    const valid = walking.filter(isValid)
    const padding = walking.filter((t) => !isValid(t))
    for (const [place, t] of [...valid, ...padding].entries()) {
      source[place * B + b] = t * B + b
      position[t * B + b] = place * B + b
    }
    last[b] = valid.length * B + b
  }
  const unchanged = source.every((step, place) => step === place)
  return unchanged ? { source: null, position: null, last } : { source, position, last }
}
