/** Batches where no gradient is taken: all there is, in order. */

/** Windows in a batch, or series. */
export const evaluationBatchSize = 256

/** 0 … count − 1 in groups. */
export function* chunks(count: number, size: number): Generator<number[]> {
  for (let start = 0; start < count; start += size)
    yield Array.from({ length: Math.min(size, count - start) }, (_, i) => start + i)
}
