/** Distributions against figures of tables, against themselves, and their losses against their probabilities. */
import '@tensorflow/tfjs-backend-cpu'
import { Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLikelihood } from '../../src/forecasting/likelihoods/index.js'
import { logGamma, logGammaOf } from '../../src/statistics/log-gamma.js'
import {
  negativeBinomialLogProbability,
  negativeBinomialQuantiles,
} from '../../src/statistics/negative-binomial.js'
import { normalQuantile } from '../../src/statistics/normal.js'
import { studentTDistribution, studentTQuantile } from '../../src/statistics/student-t.js'

describe('log Γ', () => {
  it('is that of factorials and of one half', () => {
    let logFactorial = 0
    for (let n = 1; n < 60; n++) {
      expect(logGamma(n)).toBeCloseTo(logFactorial, 10)
      logFactorial += Math.log(n)
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12)
  })

  it('is the same in graphs, and has the digamma function as its derivative', () => {
    const x = [0.01, 0.5, 1, 2.5, 17, 400, 1e6]
    const found = logGammaOf(tf.tensor1d(x)).dataSync()
    for (const [i, value] of x.entries())
      expect(found[i] as number).toBeCloseTo(logGamma(value), value > 1e5 ? -1 : 3)
    const [slope] = tf
      .grad(logGammaOf)(tf.tensor1d([1]))
      .dataSync()
    expect(slope).toBeCloseTo(-0.5772156649, 4)
  })
})

describe("Student's t", () => {
  it.each([
    [0.975, 2.5, 3.557905],
    [0.975, 4, 2.7764451],
    [0.95, 10, 1.8124611],
    [0.995, 3, 5.8409093],
    [0.75, 30, 0.6827557],
  ])('has its %f quantile with %f degrees where tables have it', (p, degrees, expected) => {
    expect(studentTDistribution(studentTQuantile(p, degrees), degrees)).toBeCloseTo(p, 10)
    if (Number.isInteger(degrees)) expect(studentTQuantile(p, degrees)).toBeCloseTo(expected, 5)
  })

  it('is the inverse of its distribution function, and nearly normal with many degrees', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 1 - 1e-4, noNaN: true }),
        fc.double({ min: 2, max: 300, noNaN: true }),
        (p, n) => {
          expect(studentTDistribution(studentTQuantile(p, n), n)).toBeCloseTo(p, 9)
          expect(studentTQuantile(p, 1e6)).toBeCloseTo(normalQuantile(p), 3)
        },
      ),
    )
  })
})

describe('the negative binomial distribution', () => {
  it('is geometric when its dispersion is 1', () => {
    for (let k = 0; k < 20; k++) {
      const expected = Math.log(0.25) + k * Math.log(0.75)
      expect(negativeBinomialLogProbability(k, { mean: 3, dispersion: 1 })).toBeCloseTo(expected, 10)
    }
  })

  it('has quantiles that sum its probabilities', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 5000, noNaN: true }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (mean, dispersion, level) => {
          const [k] = negativeBinomialQuantiles([level], { mean, dispersion }) as [number]
          let below = 0
          for (let i = 0; i <= k; i++) {
            if (i === k) expect(below).toBeLessThan(level + 1e-9)
            below += Math.exp(negativeBinomialLogProbability(i, { mean, dispersion }))
          }
          expect(below).toBeGreaterThan(level - 1e-9)
        },
      ),
      { numRuns: 50 },
    )
  })
})

const cases = [
  ['gaussian', [2, 0.5]],
  ['studentT', [2, 0.5, 4]],
  ['negativeBinomial', [30, 0.2]],
] as const

describe.each(cases)('%s', (type, numbers) => {
  const likelihood = createLikelihood({ type })
  const parameters = Float32Array.from(numbers)

  it('draws what its quantiles say', () => {
    const rng = new Rng(7)
    const drawn = Array.from({ length: 20_000 }, () => likelihood.sample?.(parameters, rng) as number)
    const levels = [0.1, 0.5, 0.9]
    for (const [i, quantile] of (likelihood.quantiles?.(parameters, levels) ?? []).entries()) {
      const below = drawn.filter((value) => value <= quantile).length / drawn.length
      const least = type === 'negativeBinomial' ? 0.04 : 0.01
      expect(Math.abs(below - (levels[i] as number))).toBeLessThan(least)
    }
  })

  it('has its least loss, on average, where it was drawn from', () => {
    const rng = new Rng(3)
    const drawn = tf.tensor1d(
      Array.from({ length: 4000 }, () => likelihood.sample?.(parameters, rng) as number),
    )
    const lossWith = (factors: readonly number[]) => {
      const row = tf.tensor1d(numbers.map((value, i) => value * (factors[i] ?? 1)))
      const rows = tf.tile(tf.expandDims(row, 0), [4000, 1])
      return tf.mean(likelihood.loss(rows, drawn)).dataSync()[0] as number
    }
    const least = lossWith([])
    for (const i of numbers.keys())
      for (const factor of [0.6, 1.6])
        expect(lossWith(numbers.map((_, j) => (i === j ? factor : 1)))).toBeGreaterThan(least)
  })
})

it('the loss of counts is their negative log-probability', () => {
  const likelihood = createLikelihood({ type: 'negativeBinomial' })
  for (const k of [0, 1, 7, 120]) {
    const [loss] = likelihood.loss(tf.tensor2d([[30, 0.2]]), tf.tensor1d([k])).dataSync()
    expect(loss).toBeCloseTo(-negativeBinomialLogProbability(k, { mean: 30, dispersion: 0.2 }), 3)
  }
})
