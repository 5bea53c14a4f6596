/** Orders of windows: whole, without repeats, the same for the same seed and epoch, and picked up anywhere. */
import { describe, expect, it } from 'vitest'
import { windowOrder } from '../../src/training/epoch-order.js'

const windows = { count: 10, batch: (numbers: number[]) => numbers }
const order = (training: { batchSize: number; windowsPerEpoch?: number }, seed = 1) =>
  windowOrder(windows, { seed, training })

describe('windowOrder', () => {
  it('has every window once an epoch, the last batch with what is left', () => {
    const { batchesPerEpoch, batches } = order({ batchSize: 4 })
    const all = [...batches(0, 0)]
    expect(all.map(({ length }) => length)).toEqual([4, 4, 2])
    expect(batchesPerEpoch).toBe(3)
    expect(all.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('draws some of them where an epoch has fewer, others in the next epoch', () => {
    const { batchesPerEpoch, batches } = order({ batchSize: 4, windowsPerEpoch: 6 })
    const [first, second] = [[...batches(0, 0)], [...batches(1, 0)]]
    expect(first.map(({ length }) => length)).toEqual([4, 2])
    expect(batchesPerEpoch).toBe(2)
    expect(new Set(first.flat()).size).toBe(6)
    expect(new Set(second.flat())).not.toEqual(new Set(first.flat()))
  })

  it('has no more than there are', () => {
    const { batchesPerEpoch, batches } = order({ batchSize: 5, windowsPerEpoch: 1000 })
    expect(batchesPerEpoch).toBe(2)
    expect([...batches(0, 0)].flat()).toHaveLength(10)
  })

  it('goes on after the batches that a resumed run has had', () => {
    const { batches } = order({ batchSize: 3 })
    expect([...batches(2, 2)]).toEqual([...batches(2, 0)].slice(2))
    expect([...batches(2, 4)]).toEqual([])
  })

  it('depends on seed and epoch alone', () => {
    const of = (seed: number, epoch: number) => [...order({ batchSize: 4 }, seed).batches(epoch, 0)]
    expect(of(1, 3)).toEqual(of(1, 3))
    expect(of(1, 3)).not.toEqual(of(1, 4))
    expect(of(1, 3)).not.toEqual(of(2, 3))
  })
})
