/** Orders that depend on seed and epoch alone, so that a resumed run finds its place. */
import { Rng } from '@attentive/core'
import type { WindowTrainingSettings } from './settings.js'
import type { BatchOrder } from './train-network.js'

export function epochRng(seed: number, epoch: number): Rng {
  return new Rng(seed * 1_000_003 + epoch)
}

/** 0 … count − 1 in a random order. */
export function shuffledRows(count: number, rng: Rng): number[] {
  return rng.shuffle(Array.from({ length: count }, (_, row) => row))
}

type EpochSize = Pick<WindowTrainingSettings, 'batchSize' | 'windowsPerEpoch'>

/** Windows, of which some numbers make a batch. */
interface CountedWindows<Batch> {
  readonly count: number
  batch(windows: number[]): Batch
}

/** Batches of windows that are drawn anew in every epoch, none twice: all, or `windowsPerEpoch` of them. */
export function windowOrder<Batch>(
  windows: CountedWindows<Batch>,
  { seed, training }: { seed: number; training: EpochSize },
): BatchOrder<Batch> {
  const { batchSize, windowsPerEpoch = windows.count } = training
  const perEpoch = Math.min(windowsPerEpoch, windows.count)
  return {
    batchesPerEpoch: Math.ceil(perEpoch / batchSize),
    *batches(epoch, skip) {
      const drawn = shuffledRows(windows.count, epochRng(seed, epoch)).slice(0, perEpoch)
      for (let start = skip * batchSize; start < perEpoch; start += batchSize)
        yield windows.batch(drawn.slice(start, start + batchSize))
    },
  }
}
