/** Batches of made-up windows to train a pointer on. */
import { NdArray, type Rng } from '@attentive/core'
import { madeUpWindow } from './made-up-windows.js'
import { standardised } from './pointer.js'

/** Windows `[B, W]` and where they change, `[B]` int32: W where they do not. */
export type PointerBatch = { values: NdArray; targets: NdArray }

export interface MadeUpBatchesOptions {
  /** Windows of all batches together. */
  count: number
  /** B; the last batch has what is left. */
  size: number
  /** W */
  window: number
  /** Batches that are left out in the beginning. Default 0. */
  skip?: number
}

/** One batch after the other, so that no more than one is held. */
export function* madeUpBatches(
  rng: Rng,
  { count, size, window, skip = 0 }: MadeUpBatchesOptions,
): Generator<PointerBatch> {
  for (let start = 0; start < count; start += size) {
    // Also those that are left out are drawn: how often a window asks the generator is not known before.
    const batch = madeUpBatch(rng, Math.min(size, count - start), window)
    if (start >= skip * size) yield batch
  }
}

function madeUpBatch(rng: Rng, size: number, window: number): PointerBatch {
  const values = new Float32Array(size * window)
  const targets = new Int32Array(size)
  for (let b = 0; b < size; b++) {
    const made = madeUpWindow(rng, window)
    values.set(standardised(made.values), b * window)
    targets[b] = made.change
  }
  return { values: new NdArray(values, [size, window]), targets: new NdArray(targets, [size]) }
}
