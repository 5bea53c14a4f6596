/** Batches of series of different lengths: those of about one length together, filled up with zeros. */
import { NdArray, type Rng } from '@attentive/core'
import { epochRng, shuffledRows } from '../training/epoch-order.js'
import { evaluationBatchSize } from '../training/evaluation-batches.js'
import type { BatchOrder } from '../training/train-network.js'
import type { Sequence } from './fitted.js'

/** A batch as arrays; see `NetworkInputs`. */
export type SequenceBatch = {
  inputs: { values: NdArray; lengths: NdArray; isPadded: boolean }
}

export type LabelledBatch = SequenceBatch & {
  /** Numbers of the classes, `[B]` int32. */
  targets: NdArray
  /** What an error costs, `[B]`. */
  weights: NdArray
}

export interface LabelledSequence extends Sequence {
  target: number
  weight: number
}

/** @param segmentLength w; lengths are filled up to a multiple of it. */
export function batchOf(sequences: readonly Sequence[], segmentLength: number): SequenceBatch {
  const B = sequences.length
  const lengths = Int32Array.from(sequences, ({ length }) => length)
  const N = Math.ceil(Math.max(...lengths) / segmentLength)
  const T = N * segmentLength
  const [first] = sequences as [Sequence]
  const C = first.values.length / first.length
  const values = new Float32Array(B * T * C)
  for (const [b, sequence] of sequences.entries()) values.set(sequence.values, b * T * C)
  return {
    inputs: {
      values: new NdArray(values, [B, N, segmentLength, C]),
      lengths: new NdArray(lengths, [B]),
      isPadded: lengths.some((length) => length < T),
    },
  }
}

export function labelledBatchOf(
  sequences: readonly LabelledSequence[],
  segmentLength: number,
): LabelledBatch {
  const B = sequences.length
  return {
    ...batchOf(sequences, segmentLength),
    targets: new NdArray(
      Int32Array.from(sequences, ({ target }) => target),
      [B],
    ),
    weights: new NdArray(
      Float32Array.from(sequences, ({ weight }) => weight),
      [B],
    ),
  }
}

/** Batches whose series are sorted by length together: more pad less, fewer mix better. */
const poolSize = 16

export interface SequenceOrderOptions {
  batchSize: number
  segmentLength: number
  seed: number
}

/** All series, every epoch in another order. */
export function sequenceOrder(
  sequences: readonly LabelledSequence[],
  { batchSize, segmentLength, seed }: SequenceOrderOptions,
): BatchOrder<LabelledBatch> {
  return {
    batchesPerEpoch: Math.ceil(sequences.length / batchSize),
    *batches(epoch: number, skip: number): Generator<LabelledBatch> {
      for (const rows of groupsOfEpoch(sequences, batchSize, epochRng(seed, epoch)).slice(skip))
        yield labelledBatchOf(
          rows.map((row) => sequences[row] as LabelledSequence),
          segmentLength,
        )
    },
  }
}

function groupsOfEpoch(sequences: readonly Sequence[], batchSize: number, rng: Rng): number[][] {
  const lengthOf = (row: number) => (sequences[row] as Sequence).length
  const pools = inGroups(shuffledRows(sequences.length, rng), batchSize * poolSize)
  return pools.flatMap((pool) => {
    const sorted = pool.toSorted((a, b) => lengthOf(a) - lengthOf(b))
    return rng.shuffle(inGroups(sorted, batchSize))
  })
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}

/** Steps of all series in a batch where no gradient is taken. */
const mostSteps = 65_536

/** Rows in groups of about one length, none too large for memory. */
export function groupsByLength(sequences: readonly Sequence[]): number[][] {
  const lengthOf = (row: number) => (sequences[row] as Sequence).length
  const groups: number[][] = []
  for (const row of [...sequences.keys()].sort((a, b) => lengthOf(a) - lengthOf(b))) {
    const group = groups.at(-1)
    const rows = (group?.length ?? 0) + 1
    if (group && rows <= evaluationBatchSize && rows * lengthOf(row) <= mostSteps) group.push(row)
    else groups.push([row])
  }
  return groups
}
