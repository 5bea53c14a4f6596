/** Transforms: values of SciPy, there and back again, state as JSON, and what they refuse. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learnTransform, restorer } from '../../src/scaling/channel-transform.js'
import { fitTransform, type TransformOptions, transformFrom } from '../../src/scaling/index.js'
import { powerTransforms } from '../../src/scaling/power-transforms.js'
import { TimeIndex, TimeSeries } from '../../src/series/index.js'

const nan = Number.NaN
const positive = [2.1, 3.4, 1.2, 8.9, 4.4, 5.2, 2.8, 6.1, 3.3, 7.5]
const mixed = [-2.5, 0.3, 1.2, 8.9, -0.4, 5.2, 2.8, -1.1, 3.3, 12.5]

function lambdaOf(name: 'boxCox' | 'yeoJohnson', values: number[]): number {
  return learnTransform(name, [new TimeSeries({ values })], ['value']).lambdas[0] as number
}

const forward = (name: 'boxCox' | 'yeoJohnson', values: number[], lambda: number) =>
  values.map((value) => powerTransforms[name].forward(value, lambda))

function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, relative = 1e-9): void {
  expect(found.length).toBe(expected.length)
  for (let i = 0; i < found.length; i++) {
    const [a, b] = [found[i] as number, expected[i] as number]
    if (Number.isNaN(b)) expect(a).toBeNaN()
    else expect(Math.abs(a - b)).toBeLessThanOrEqual(relative * (1 + Math.abs(b)))
  }
}

describe('power transforms', () => {
  it('have the values and the λ of SciPy (1.17, stats.boxcox and stats.yeojohnson)', () => {
    expectNear(forward('boxCox', positive.slice(0, 3), 0.3), [0.83099088, 1.47863123, 0.18739989], 1e-8)
    expectNear(
      forward('yeoJohnson', mixed.slice(0, 3), 0.6),
      [-3.412075345586757, 0.2841423803701992, 1.0082013511172447],
    )
    expect(lambdaOf('boxCox', positive)).toBeCloseTo(0.369436494, 5)
    expect(lambdaOf('yeoJohnson', mixed)).toBeCloseTo(0.5791706076, 5)
  })

  it('of data that are too skewed for any λ in 0 … 2 take the end of the range', () => {
    expect(lambdaOf('boxCox', [1, 1.01, 1.02, 1.03, 1e6])).toBeLessThan(1e-6)
    expect(lambdaOf('boxCox', [4, 4, 4, nan])).toBe(1)
    expect(lambdaOf('boxCox', [nan, nan])).toBe(1)
  })

  it('find λ whatever the unit, for values that hardly differ, too', () => {
    const near = (unit: number) =>
      lambdaOf(
        'boxCox',
        positive.map((value) => unit * value),
      )
    expect(near(1e9)).toBeCloseTo(near(1), 6)
    expect(near(1e-9)).toBeCloseTo(near(1), 6)
    expect(lambdaOf('boxCox', [1e9, 1e9 + 1, 1e9 + 3, 1e9 + 4])).toBeGreaterThanOrEqual(0)
  })

  const above = { log: 1e-3, log1p: -0.999, boxCox: 1e-3, yeoJohnson: -1e4 }
  it.each(['log', 'log1p', 'boxCox', 'yeoJohnson'] as const)('%s grows, and is undone', (name) => {
    const value = fc.double({ min: above[name], max: 1e4, noNaN: true })
    const lambda = fc.constantFrom(0, 1e-9, 0.25, 0.5, 1, 1.7, 2)
    fc.assert(
      fc.property(value, value, lambda, (x, y, lambda) => {
        const { forward, inverse } = powerTransforms[name]
        expectNear([inverse(forward(x, lambda), lambda)], [x], 1e-7)
        if (x < y) expect(forward(x, lambda)).toBeLessThanOrEqual(forward(y, lambda))
      }),
    )
  })

  it.each(['log', 'log1p', 'boxCox', 'yeoJohnson'] as const)(
    '%s has a finite value for every forecast, and never one below another of a lower forecast',
    (name) => {
      const z = fc.double({ noNaN: true, noDefaultInfinity: true })
      fc.assert(
        fc.property(z, z, fc.constantFrom(0, 0.4, 1, 2), (a, b, lambda) => {
          const original = restorer({ name, lambdas: [lambda] })
          const [low, high] = [original(Math.min(a, b), 0), original(Math.max(a, b), 0)]
          expect(Number.isFinite(low) && Number.isFinite(high) && low <= high).toBe(true)
        }),
      )
    },
  )
})

describe('a transform of series', () => {
  const index = TimeIndex.from({ start: '2024-01-01', frequency: '1d', length: 10 })
  const series = new TimeSeries({
    values: positive.map((value, t) => [value, t % 3, t === 4 ? nan : (mixed[t] as number)]),
    channels: ['load', 'count', 'net'],
    index,
    name: 'plant',
  })

  it.each<TransformOptions>([
    { name: 'log', channels: ['load'] },
    { name: 'log1p', channels: ['load', 'count'] },
    { name: 'boxCox', channels: ['load'] },
    { name: 'boxCox', channels: ['load'], lambda: 0.2 },
    { name: 'yeoJohnson' },
  ])('%j is undone, kept as JSON, and leaves missing values and other channels alone', (options) => {
    const transform = fitTransform(series, options)
    const applied = transform.apply(series)
    expect(applied.values).not.toEqual(series.values)
    expect(applied.channel('net')[4]).toBeNaN()
    if ('channels' in options && options.channels)
      expect(applied.channel('net')).toEqual(series.channel('net'))
    expectNear(transform.invert(applied).values, series.values)
    const again = transformFrom(JSON.parse(JSON.stringify(transform)))
    expect(again.apply(series).values).toEqual(applied.values)
    expectNear(again.invert(applied.select(['load'])).values, series.select(['load']).values)
  })

  it('is learnt from the training part alone, or from a panel together', () => {
    const [first, second] = [series.select(['load']), series.select(['load']).map((x) => x * x)]
    const learnt = (some: TimeSeries | TimeSeries[]) => fitTransform(some, { name: 'boxCox' }).toJSON()
    expect(learnt([first, second])).not.toEqual(learnt(first))
    expect(learnt([first, first])).toMatchObject({ channels: ['load'] })
  })

  it.each<[TransformOptions, RegExp]>([
    [
      { name: 'log' },
      /values \(plant, count, 2024-01-01\): expected values above 0 for the transform "log", received 0\. Use the transform "log1p"/,
    ],
    [{ name: 'log1p', channels: ['net'] }, /values \(plant, net, 2024-01-01\).* above -1 .*"yeoJohnson"/],
    [{ name: 'boxCox', channels: ['net'] }, /received -2\.5/],
    [{ name: 'boxCox', channels: ['loads'] }, /Did you mean "load"\?/],
    [{ name: 'boxCox', lambda: 3 }, /lambda/],
    [{ name: 'sqrt' } as never, /options: expected valid settings/],
    [{ name: 'difference', order: 3 }, /order/],
  ])('%j is refused', (options, message) => {
    expect(() => fitTransform(series, options)).toThrow(message)
  })

  it('refuses new values that it has no transform for, and a state that is none', () => {
    const transform = fitTransform(series, { name: 'log', channels: ['load'] })
    expect(() => transform.apply(series.map((value) => value - 5))).toThrow(
      /values \(plant, load, 2024-01-01\)/,
    )
    expect(() => transformFrom({ name: 'log', channels: ['a', 'b'], lambdas: [1] })).toThrow(
      /as many channels/,
    )
    expect(() => transformFrom(null)).toThrow(/state: expected valid settings/)
  })
})

describe('differences', () => {
  it('are those of the textbook', () => {
    const series = new TimeSeries({ values: [1, 3, 6, 10, 16], index: TimeIndex.steps(5) })
    const apply = (order: number, seasonal: number) => {
      const { values, index } = fitTransform(series, { name: 'difference', order, seasonal }).apply(series)
      return [index.at(0), ...values]
    }
    expect(apply(1, 0)).toEqual([1, 2, 3, 4, 6])
    expect(apply(2, 0)).toEqual([2, 1, 1, 2])
    expect(apply(0, 2)).toEqual([2, 5, 7, 10])
    expect(apply(1, 2)).toEqual([3, 2, 3])
  })

  it('of whatever order and season are added up again, from any place on', () => {
    const whole = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -9, max: 9 })), {
      minLength: 12,
      maxLength: 40,
    })
    fc.assert(
      fc.property(whole, fc.nat(2), fc.nat(5), fc.nat(5), (values, order, seasonal, extra) => {
        const series = new TimeSeries({ values, channels: ['a', 'b'] })
        const transform = fitTransform(series, { name: 'difference', order, seasonal })
        const from = order + seasonal + extra
        const steps = transform.apply(series).slice(extra)
        const again = transformFrom(JSON.parse(JSON.stringify(transform)))
        expect(again.invert(steps, series.slice(0, from)).values).toEqual(series.slice(from).values)
        const single = again.invert(steps.select(['b']), series.slice(0, from))
        expect(single.values).toEqual(series.slice(from).select(['b']).values)
      }),
    )
  })

  it('are not added to the wrong history', () => {
    const series = new TimeSeries({ values: [1, 3, nan, 10, 16, 20] })
    const transform = fitTransform(series, { name: 'difference', seasonal: 1 })
    const steps = transform.apply(series).slice(2)
    expect(() => transform.invert(steps)).toThrow(/history: expected the rows before/)
    expect(() => transform.invert(steps, series.slice(0, 3))).toThrow(
      /the rows up to 3, which the differences follow/,
    )
    expect(() => transform.invert(steps, series.slice(0, 4))).toThrow(/received missing values\. Fill gaps/)
    expect(() => transform.invert(steps, series.slice(3, 4))).toThrow(/expected 2 rows .*received 1/)
    expect(() => transform.apply(series.slice(0, 1))).toThrow(/at least 2 rows/)
  })
})
