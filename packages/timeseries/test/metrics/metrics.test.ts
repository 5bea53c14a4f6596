/** Against values worked out by hand and, for the normal distribution, by SciPy. */
import { describe, expect, it } from 'vitest'
import {
  coverage,
  crpsFromSamples,
  crpsGaussian,
  intervalScore,
  mae,
  mape,
  mase,
  mse,
  pinball,
  scoreByHorizon,
  smape,
  weightedQuantileLoss,
} from '../../src/metrics/index.js'
import { normalDistribution, normalQuantile } from '../../src/statistics/normal.js'

describe('errors of points', () => {
  const [actual, forecast] = [
    [1, 2, Number.NaN, 0],
    [2, 4, 100, 1],
  ]
  it('leave out what nobody knows', () => {
    expect(mae(actual, forecast)).toBeCloseTo(4 / 3, 12)
    expect(mse(actual, forecast)).toBe(2)
    expect(mape(actual, forecast)).toBe(100)
    expect(smape(actual, forecast)).toBeCloseTo((200 / 3 + 200 / 3 + 200) / 3, 10)
    expect(mae([Number.NaN], [1])).toBeNaN()
  })

  it('do not leave out what nobody forecast', () => {
    expect(mae([1, 2], [1, Number.NaN])).toBeNaN()
    expect(pinball([1, 2], [1, Number.NaN], 0.5)).toBeNaN()
  })

  it('have no percentage where the truth is 0, and none of 0 / 0', () => {
    expect(mape([0], [1])).toBeNaN()
    expect(smape([0], [0])).toBe(0)
  })

  it('are scaled by what the seasonal naive forecast missed', () => {
    expect(mase([5], [7], { history: [1, 2, 4, 8], period: 2 })).toBeCloseTo(2 / 4.5, 12)
    expect(mase([5], [7], { history: [3, 3, 3], period: 1 })).toBeNaN()
  })

  it('are told by the step ahead', () => {
    // Two windows, two steps, one channel.
    expect(scoreByHorizon([1, 1, 2, 2], [1, 2, 2, 5], { horizon: 2, channels: 1 }, mae)).toEqual([0, 2])
  })
})

describe('scores of distributions', () => {
  it('are those of their definitions', () => {
    expect(pinball([10], [8], 0.9)).toBeCloseTo(1.8, 12)
    expect(pinball([10], [12], 0.9)).toBeCloseTo(0.2, 12)
    expect(weightedQuantileLoss([10], new Map([[0.9, [8]]]))).toBeCloseTo(0.36, 12)
    expect(coverage([1, 2, 3, Number.NaN], [1, 3, 0, 0], [2, 4, 9, 9])).toBeCloseTo(2 / 3, 12)
    expect(intervalScore([5], [6], [8], 0.9)).toBeCloseTo(2 + 20, 12)
  })

  it('measure samples by every pair of them', () => {
    const [y, samples] = [1.5, [0, 4, 1]]
    const pairs = samples.flatMap((a) => samples.map((b) => Math.abs(a - b)))
    const distance = samples.reduce((sum, x) => sum + Math.abs(x - y), 0) / 3
    const spread = pairs.reduce((a, b) => a + b, 0)
    expect(crpsFromSamples([y], samples)).toBeCloseTo(distance - spread / 18, 12)
    expect(crpsFromSamples([y], samples, { fair: true })).toBeCloseTo(distance - spread / 12, 12)
  })

  it('of a normal distribution are what its quantiles say', () => {
    const count = 2000
    const samples = Array.from({ length: count }, (_, i) => 2 + 3 * normalQuantile((i + 0.5) / count))
    expect(crpsGaussian([4], [2], [3])).toBeCloseTo(crpsFromSamples([4], samples), 3)
  })

  it('know the normal distribution', () => {
    const quantiles = [-6.361340902404056, -1.6448536269514726, -0.5244005127080407, 1.9599639845400536]
    for (const [i, p] of [1e-10, 0.05, 0.3, 0.975].entries())
      expect(normalQuantile(p)).toBeCloseTo(quantiles[i] as number, 12)
    const shares = [6.106226635438361e-16, 0.09680048458561036, 0.6554217416103242, 0.9986501019683699]
    for (const [i, z] of [-8, -1.3, 0.4, 3].entries())
      expect(normalDistribution(z)).toBeCloseTo(shares[i] as number, 12)
  })
})
