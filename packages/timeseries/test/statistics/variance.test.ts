/** Population variance: by hand, far from 0, and of little or nothing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mean } from '../../src/statistics/mean.js'
import { variance } from '../../src/statistics/variance.js'

describe('variance', () => {
  it('is the mean squared distance from the mean', () => {
    // Mean 5, distances 3 1 1 1 0 0 2 4.
    expect(variance([2, 4, 4, 4, 5, 5, 7, 9])).toBe(4)
    expect(variance(Float64Array.of(1, 2))).toBe(0.25)
    expect(variance([3])).toBe(0)
    expect(variance([])).toBeNaN()
    expect(variance([1, Number.NaN])).toBeNaN()
  })

  it('keeps its digits where values are far from 0, as Σ x² / n − m² would not', () => {
    const values = [4, 7, 13, 16].map((value) => value + 1e9)
    expect(variance(values)).toBe(22.5)
    expect(mean(values.map((value) => value ** 2)) - mean(values) ** 2).not.toBe(22.5)
  })

  it('makes good what rounding has done to the mean', () => {
    const values = [4, 7, 13, 16]
    expect(variance(values, mean(values) + 1e-3)).toBeCloseTo(22.5, 10)
  })

  it('is 0 of equal values, and never below', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e100, max: 1e100 }),
        fc.integer({ min: 1, max: 50 }),
        (x, n) => {
          expect(variance(new Array<number>(n).fill(x))).toBeLessThanOrEqual(1e-30 * x * x)
        },
      ),
    )
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 })
    fc.assert(fc.property(numbers, (values) => variance(values) >= 0))
  })

  it('grows with the square of a factor, and not with a shift', () => {
    const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: -100, max: 100 }), (values, shift) => {
        const expected = 4 * variance(values)
        expect(variance(values.map((value) => 2 * value + shift))).toBeCloseTo(expected, 6)
      }),
    )
  })
})
