import { Rng } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  groupsByLength,
  type LabelledSequence,
  sequenceOrder,
} from '../../src/classification/sequences.js'

/** Its only value, everywhere, is its number. */
function sequences(lengths: readonly number[]): LabelledSequence[] {
  return lengths.map((length, i) => ({
    length,
    values: new Float32Array(length).fill(i + 1),
    target: i,
    weight: 1,
  }))
}

const lengthsOf = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 200 })

describe('a batch', () => {
  it('is filled up with zeros to whole segments', () => {
    const { values, lengths, isPadded } = batchOf(sequences([2, 5]), 3).inputs
    expect(values.shape).toEqual([2, 2, 3, 1])
    expect([...values.data]).toEqual([1, 1, 0, 0, 0, 0, 2, 2, 2, 2, 2, 0])
    expect([...lengths.data]).toEqual([2, 5])
    expect(isPadded).toBe(true)
    expect(batchOf(sequences([6, 6]), 3).inputs.isPadded).toBe(false)
  })

  it('has the channels of a step side by side', () => {
    const values = Float32Array.of(1, 2, 3, 4)
    expect(batchOf([{ length: 2, values }], 1).inputs.values.shape).toEqual([1, 2, 1, 2])
  })
})

describe('an epoch', () => {
  const options = { batchSize: 8, segmentLength: 1, seed: 3 }
  const rows = (lengths: readonly number[], epoch: number, skip = 0) =>
    [...sequenceOrder(sequences(lengths), options).batches(epoch, skip)].map(({ targets }) => [
      ...targets.data,
    ])

  it('has every series once, in as many batches as were said', () => {
    fc.assert(
      fc.property(lengthsOf, (lengths) => {
        const batches = rows(lengths, 1)
        expect(batches.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()])
        expect(batches.length).toBe(sequenceOrder(sequences(lengths), options).batchesPerEpoch)
      }),
      { numRuns: 30 },
    )
  })

  it('goes on where it was left, and is another one the next time', () => {
    const lengths = Array.from({ length: 100 }, (_, i) => 1 + ((i * 7) % 50))
    expect(rows(lengths, 2, 5)).toEqual(rows(lengths, 2).slice(5))
    expect(rows(lengths, 2)).not.toEqual(rows(lengths, 3))
  })

  it('pads little', () => {
    const rng = new Rng(1)
    const lengths = Array.from({ length: 512 }, () => 1 + rng.nextInt(200))
    const steps = lengths.reduce((a, b) => a + b, 0)
    const padded = [...sequenceOrder(sequences(lengths), options).batches(1, 0)].reduce(
      (sum, { inputs }) => sum + inputs.values.size,
      0,
    )
    expect(padded).toBeLessThan(1.1 * steps)
  })
})

describe('groups', () => {
  it('have every series once, 256 at most, and no more steps than fit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 600 }), (lengths) => {
        const groups = groupsByLength(sequences(lengths.map((length) => Math.min(length, 3))))
        expect(groups.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()])
        const large = groupsByLength(lengths.map((length) => ({ length, values: new Float32Array(0) })))
        for (const group of large) {
          const longest = Math.max(...group.map((row) => lengths[row] as number))
          expect(group.length <= 256 && (group.length === 1 || group.length * longest <= 65_536)).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('of none are none', () => {
    expect(groupsByLength([])).toEqual([])
  })
})
