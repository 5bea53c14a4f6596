/** The cutting of least cost, against all cuttings; and what it finds of changes that are known. */
import { InvalidArgumentError, Rng } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastCostRows, peltChangePoints } from '../../src/change-points/pelt.js'
import { TimeSeries } from '../../src/series/index.js'

const sumOfSquares = (values: readonly number[]) => (from: number, to: number) => {
  const part = values.slice(from, to)
  const mean = part.reduce((sum, value) => sum + value, 0) / part.length
  return part.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

type Cutting = Parameters<typeof leastCostRows>[1]

const priceOf = (rows: readonly number[], T: number, { cost, penalty }: Cutting) =>
  [...rows, T].reduce((sum, to, i) => sum + cost(rows[i - 1] ?? 0, to), 0) + penalty * rows.length

/** Of all cuttings with segments that are long enough, the least price. */
function leastPrice(T: number, cutting: Cutting, rows: readonly number[] = []): number {
  const from = rows.at(-1) ?? 0
  let least = priceOf(rows, T, cutting)
  for (let row = from + cutting.minDistance; row <= T - cutting.minDistance; row++)
    least = Math.min(least, leastPrice(T, cutting, [...rows, row]))
  return least
}

/** Regimes of 60 to 120 steps that differ in level, or in restlessness. */
function regimes(seed: number, change: 'level' | 'spread') {
  const rng = new Rng(seed)
  const [values, truth]: [number[], number[]] = [[], []]
  for (let i = 0; i < 12; i++) {
    if (i > 0) truth.push(values.length)
    const [level, deviation] = change === 'level' ? [i % 2 === 0 ? 0 : 3, 1] : [0, i % 2 === 0 ? 0.3 : 1.5]
    for (let t = 60 + rng.nextInt(60); t > 0; t--) values.push(level + deviation * rng.nextNormal())
  }
  return { series: new TimeSeries({ values }), truth }
}

describe('the cutting', () => {
  it('costs least of all that there are', () => {
    const numbers = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(
        numbers,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 12 }),
        (values, n, p) => {
          const cutting = { cost: sumOfSquares(values), penalty: p, minDistance: n }
          const rows = leastCostRows(values.length, cutting)
          const ends = [0, ...rows, values.length]
          if (rows.length > 0)
            for (let i = 1; i < ends.length; i++)
              expect((ends[i] as number) - (ends[i - 1] as number)).toBeGreaterThanOrEqual(n)
          expect(priceOf(rows, values.length, cutting)).toBeCloseTo(leastPrice(values.length, cutting), 9)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('keeps a start that lost to an end as long as that end is too near to be one', () => {
    const cutting = { cost: sumOfSquares([-3, 3, 3, 4, -2]), penalty: 5, minDistance: 2 }
    expect(leastCostRows(5, cutting)).toEqual([])
  })
})

describe('peltChangePoints', () => {
  it.each(['level', 'spread'] as const)('finds changes of %s, and nearly nothing else', (change) => {
    let [hits, real, right, found] = [0, 0, 0, 0]
    for (const seed of [1, 2, 3]) {
      const { series, truth } = regimes(seed, change)
      const { points } = peltChangePoints(series, { change })
      const isNear = (a: number, b: number) => Math.abs(a - b) <= 6
      real += truth.length
      found += points.length
      hits += truth.filter((row) => points.some((point) => isNear(point.row, row))).length
      right += points.filter((point) => truth.some((row) => isNear(point.row, row))).length
      for (const { row, time } of points) expect(time).toBe(series.index.at(row))
    }
    expect(hits / real).toBeGreaterThan(0.9)
    expect(right / found).toBeGreaterThan(0.9)
  })

  it('finds little in noise, nothing in a line or where nothing is known, whatever the units', () => {
    let falsely = 0
    for (let seed = 1; seed <= 20; seed++) {
      const rng = new Rng(seed)
      const noise = new TimeSeries({
        values: Array.from({ length: 400 }, () => 1e6 + 1e4 * rng.nextNormal()),
      })
      for (const change of ['level', 'spread'] as const)
        falsely += peltChangePoints(noise, { change }).points.length
    }
    expect(falsely).toBeLessThan(6)
    const line = new TimeSeries({ values: new Array(100).fill(7) })
    expect(peltChangePoints(line).points).toEqual([])
    expect(peltChangePoints(line.map(() => Number.NaN)).points).toEqual([])
    expect(peltChangePoints(line.slice(0, 3)).points).toEqual([])
  })

  it('sees a change in one channel of two, around values that are missing', () => {
    const rng = new Rng(1)
    const values = Array.from({ length: 400 }, (_, at) => {
      const [t, c] = [Math.floor(at / 2), at % 2]
      return t % 9 === 0 ? Number.NaN : (c === 1 && t >= 120 ? 4 : 0) + rng.nextNormal()
    })
    const series = new TimeSeries({ values, channels: ['a', 'b'] })
    const { points } = peltChangePoints(series)
    expect(points).toHaveLength(1)
    expect(Math.abs((points[0]?.row ?? 0) - 120)).toBeLessThanOrEqual(2)
  })

  it('takes blocks of missing values for nothing', () => {
    const rng = new Rng(2)
    const values = Array.from({ length: 400 }, (_, t) => {
      const isMissing = t >= 200 && Math.floor(t / 15) % 2 === 0
      return isMissing ? Number.NaN : (t < 200 ? 0 : 6) + rng.nextNormal()
    })
    for (const change of ['level', 'spread'] as const) {
      const { points } = peltChangePoints(new TimeSeries({ values }), { change })
      expect(points).toHaveLength(1)
      // Rows 195 … 209 hold nothing from 200 on.
      expect(Math.abs((points[0]?.row ?? 0) - 205)).toBeLessThanOrEqual(7)
    }
  })

  it('draws what it found, and refuses what is no option', async () => {
    const { series, truth } = regimes(1, 'level')
    expect(await peltChangePoints(series).chart({ truth }).toSvg()).toContain('<svg')
    for (const options of [{ change: 'trend' }, { change: 'toString' }, { penalty: -1 }, { minDistance: 0 }])
      expect(() => peltChangePoints(series, options as never)).toThrow(InvalidArgumentError)
    expect(() => peltChangePoints(series, { penalty: Number.NaN })).toThrow(/penalty/)
  })
})
