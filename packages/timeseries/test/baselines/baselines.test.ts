import { describe, expect, it } from 'vitest'
import { baselineNames, baselines, withoutHoles } from '../../src/baselines/index.js'

const history = Float64Array.of(3, 5, 2, 6, 7, 4, 8, 9)

describe('the simple forecasts', () => {
  it('are those of the textbook', () => {
    expect([...baselines.naive.forecast(history, 2).mean]).toEqual([9, 9])
    expect([...baselines['seasonal-naive'].forecast(history, 4, 3).mean]).toEqual([4, 8, 9, 4])
    expect([...baselines.drift.forecast(history, 2).mean]).toEqual([9 + 6 / 7, 9 + 12 / 7])
    expect([...baselines.mean.forecast(history, 1).mean]).toEqual([5.5])
  })

  it('are less sure of what is farther away', () => {
    const { standardDeviation } = baselines.naive.forecast(history, 4)
    expect(standardDeviation[3]).toBeCloseTo(2 * (standardDeviation[0] as number), 12)
  })

  it('smooth with the least squared error', () => {
    // By a fine grid over α, ℓ_0 by least squares for each.
    const level = baselines.ses.forecast(Float64Array.of(10, 12, 9, 11, 10, 30, 31, 29, 32), 1)
      .mean[0] as number
    expect(level).toBeGreaterThan(29)
    expect(level).toBeLessThan(32)
  })

  it.each(baselineNames)('%s does with constant, short and single values', (name) => {
    const forecast = (values: number[]) =>
      baselines[name].forecast(Float64Array.from(values), 3, 12).mean as Float64Array
    for (const mean of [forecast(new Array(50).fill(4)), forecast([4, 4]), forecast([4])])
      expect(mean.map((value) => Math.round(value * 1e9) / 1e9)).toEqual(Float64Array.of(4, 4, 4))
  })

  it('carry the last value over holes', () => {
    expect([...withoutHoles(Float64Array.of(Number.NaN, 1, Number.NaN, 3))]).toEqual([1, 1, 3])
    expect(() => withoutHoles(Float64Array.of(Number.NaN))).toThrow(/missing values alone/)
    expect(() => withoutHoles(new Float64Array())).toThrow(/received none/)
  })
})
