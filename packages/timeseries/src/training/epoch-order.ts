/** Orders that depend on seed and epoch alone, so that a resumed run finds its place. */
import { Rng } from '@attentive/core'

export function epochRng(seed: number, epoch: number): Rng {
  return new Rng(seed * 1_000_003 + epoch)
}

/** 0 … count − 1 in a random order. */
export function shuffledRows(count: number, rng: Rng): number[] {
  return rng.shuffle(Array.from({ length: count }, (_, row) => row))
}
