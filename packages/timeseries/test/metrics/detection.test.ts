/** Scores of detections by hand, and what must hold for all of them. */
import { DataError, Rng, ShapeError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  averagePrecision,
  detectionDelay,
  eventDetection,
  pointAdjustedDetection,
  pointDetection,
  rangeDetection,
  rocArea,
  spansOfMarks,
} from '../../src/metrics/index.js'
import { mahalanobis, spreadOf } from '../../src/statistics/covariance.js'
import { tailThreshold } from '../../src/statistics/pareto-tail.js'

const marks = (text: string) => Array.from(text, (mark) => mark === '1')
const truth = marks('0011110000110')
const found = marks('0000110010000')

describe('scores of detections', () => {
  it('are those of steps', () => {
    expect(pointDetection(found, truth)).toEqual({ precision: 2 / 3, recall: 2 / 6, f1: 4 / 9 })
  })

  it('are those of steps after adjustment', () => {
    // All four steps of the first event count, beside one false one.
    expect(pointAdjustedDetection(found, truth)).toMatchObject({ precision: 4 / 5, recall: 4 / 6 })
  })

  it('are those of events and ranges', () => {
    const [predicted, real] = [spansOfMarks(found), spansOfMarks(truth)]
    expect(real).toEqual([
      { from: 2, to: 6 },
      { from: 10, to: 12 },
    ])
    expect(eventDetection(predicted, real)).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 })
    // The first event is touched, half of it is found: (0.5 + 0.5 · 0.5 + 0) / 2.
    expect(rangeDetection(predicted, real)).toMatchObject({ precision: 0.5, recall: 0.375 })
    expect(detectionDelay(found, real)).toBe(2)
    expect(detectionDelay(marks('0000000000000'), real)).toBeNaN()
  })

  it('count rows once that several spans cover, and refuse spans without a row', () => {
    const real = [{ from: 0, to: 10 }]
    const twice = [
      { from: 4, to: 8 },
      { from: 0, to: 6 },
      { from: 5, to: 6 },
    ]
    // Eight of ten rows are found.
    expect(rangeDetection(twice, real)).toMatchObject({ precision: 1, recall: 0.5 + 0.5 * 0.8 })
    for (const none of [
      { from: 3, to: 3 },
      { from: 3, to: 2 },
      { from: 0.5, to: 2 },
    ]) {
      expect(() => rangeDetection([none], real)).toThrow(DataError)
      expect(() => eventDetection(real, [none])).toThrow(/truth\[0\]/)
    }
  })

  it('are those of rankings', () => {
    const order = [0.9, 0.8, 0.7, 0.6]
    expect(rocArea(order, marks('1010'))).toBe(0.75)
    expect(averagePrecision(order, marks('1010'))).toBeCloseTo((1 + 2 / 3) / 2, 12)
    expect(rocArea([1, 1, 1, 1], marks('1010'))).toBe(0.5)
    expect(rocArea([Number.NaN, 1], marks('10'))).toBe(0)
    expect(() => rocArea(order, marks('0000'))).toThrow(DataError)
    expect(() => pointDetection(found, truth.slice(1))).toThrow(ShapeError)
  })

  it('are 1 where all is found and nothing else, and between 0 and 1 always', () => {
    const bits = fc.array(fc.boolean(), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const length = Math.min(a.length, b.length)
        const [predicted, real] = [a.slice(0, length), b.slice(0, length)]
        const spans = [spansOfMarks(predicted), spansOfMarks(real)] as const
        const all = [
          pointDetection(predicted, real),
          pointAdjustedDetection(predicted, real),
          eventDetection(...spans),
          rangeDetection(...spans),
        ]
        for (const { precision, recall, f1 } of all)
          for (const value of [precision, recall, f1]) {
            expect(value).toBeGreaterThanOrEqual(0)
            expect(value).toBeLessThanOrEqual(1)
          }
        expect(pointDetection(real, real)).toEqual({ precision: 1, recall: 1, f1: 1 })
        expect(rangeDetection(spans[1], spans[1])).toEqual({ precision: 1, recall: 1, f1: 1 })
      }),
    )
  })
})

it('the tail of known distributions lies where it does', () => {
  const rng = new Rng(4)
  const exponential = Float64Array.from({ length: 20_000 }, () => -Math.log(1 - rng.next()))
  for (const risk of [1e-3, 1e-4]) {
    const expected = -Math.log(risk)
    expect(Math.abs(tailThreshold(exponential, risk) - expected)).toBeLessThan(0.12 * expected)
  }
  expect(tailThreshold(exponential, 0.5)).toBeCloseTo(Math.log(2), 1)
  expect(tailThreshold([1, 1, 1, 1], 1e-4)).toBe(1)
})

it('the distance to rows is 1 on average among them, and does not depend on units', () => {
  const rng = new Rng(6)
  const rows = Array.from({ length: 2000 }, () => {
    const [a, b] = [rng.nextNormal(), rng.nextNormal()]
    return Float64Array.of(a, 1000 * (a + 0.5 * b))
  })
  const spread = spreadOf(rows)
  const mean = rows.reduce((sum, row) => sum + mahalanobis(row, spread), 0) / rows.length
  expect(mean).toBeCloseTo(1, 1)
  // Against the correlation, the same numbers are strange.
  expect(mahalanobis([1, -1000], spread)).toBeGreaterThan(5 * mahalanobis([1, 1000], spread))
})
