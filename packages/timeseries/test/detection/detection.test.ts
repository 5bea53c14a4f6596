/** Events among scores that are known, and where strange begins. */
import { DataError, Rng, ShapeError } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { channelScores } from '../../src/detection/channel-scores.js'
import { Detection, type DetectionParts } from '../../src/detection/detection.js'
import { chooseThreshold } from '../../src/detection/threshold.js'
import { TimeIndex, TimeSeries } from '../../src/series/index.js'
import { spreadOf } from '../../src/statistics/covariance.js'

const none = Number.NaN

/** Scores, of two channels the second of which has them; values are their rows. */
function detection(scores: readonly number[], parts: Partial<DetectionParts> = {}): Detection {
  const length = scores.length
  const index = TimeIndex.from({ start: '2024-05-01 00:00', frequency: '1min', length })
  const values = Array.from({ length: 2 * length }, (_, at) => at)
  return new Detection({
    series: new TimeSeries({ values, channels: ['pulse', 'breath'], index }),
    channels: ['pulse', 'breath'],
    scores: Float64Array.from(scores),
    channelScores: Float64Array.from(scores.flatMap((score) => [score / 2, score])),
    threshold: 3,
    joinGap: 0,
    minLength: 1,
    missing: 'ignored',
    ...parts,
  })
}

const spans = ({ events }: Detection) => events.map(({ from, to }) => [from, to])

describe('events', () => {
  const scores = [0, 4, 9, 0, 0, 5, 0, 0, 0, 6, 3]

  it('are the steps above the threshold, and no others', () => {
    const found = detection(scores)
    expect(spans(found)).toEqual([
      [1, 3],
      [5, 6],
      [9, 10],
    ])
    expect(found.events[0]).toEqual({
      from: 1,
      to: 3,
      start: '2024-05-01 00:01',
      end: '2024-05-01 00:02',
      peak: '2024-05-01 00:02',
      score: 9,
      channel: 'breath',
    })
    expect(found.marks.map(Number)).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0])
    expect(found.index.length).toBe(scores.length)
  })

  it('are one when at most joinGap steps are between them', () => {
    expect(spans(detection(scores, { joinGap: 1 }))).toHaveLength(3)
    expect(spans(detection(scores, { joinGap: 2 }))).toEqual([
      [1, 6],
      [9, 10],
    ])
    expect(spans(detection(scores, { joinGap: 3 }))).toEqual([[1, 10]])
  })

  it('are none when they are short, after they were joined', () => {
    expect(spans(detection(scores, { minLength: 2 }))).toEqual([[1, 3]])
    expect(spans(detection(scores, { minLength: 3, joinGap: 2 }))).toEqual([[1, 6]])
  })

  it('name the channel that is known, where the other is missing', () => {
    const channelScores = Float64Array.of(none, 4)
    expect(detection([4], { channelScores }).events[0]?.channel).toBe('breath')
  })

  it('are compared with the truth, of as many steps', () => {
    const truth = scores.map((score) => score > 3)
    expect(detection(scores).evaluate(truth)).toMatchObject({
      points: { f1: 1 },
      events: { f1: 1 },
      ranges: { f1: 1 },
      averagePrecision: 1,
      rocArea: 1,
      delay: 0,
    })
    expect(() => detection(scores).evaluate(truth.slice(1))).toThrow(ShapeError)
  })
})

it('the score of a channel is the larger of its two, each in units of its deviation', () => {
  // Residuals of two channels, then how lively they are: deviations 1, 10, 2 and 0.5, means 0, 0, 5 and 0.
  const clean = [-1, 1].flatMap((a) => [-1, 1].map((b) => Float64Array.of(a, 10 * b, 5 + 2 * a, 0.5 * b)))
  const observed = Float64Array.of(3, 20, 5, 0, 0, 0, 13, none, none, 30, 5, 0)
  const scores = channelScores(observed, 2, spreadOf(clean))
  for (const [at, expected] of [9, 4, 16, 0, none, 9].entries())
    if (Number.isNaN(expected)) expect(scores[at]).toBeNaN()
    else expect(Math.abs((scores[at] as number) - expected)).toBeLessThanOrEqual(0.01 * expected)
})

describe('missing values', () => {
  const scores = [0, none, none, 0, 0, 8, none]
  const whole = detection(scores) as unknown as { series: TimeSeries }
  const series = whole.series.map((value, t, c) => (c === 1 && [1, 2, 6].includes(t) ? none : value))

  it('are no anomalies', () => {
    expect(spans(detection(scores, { series }))).toEqual([[5, 6]])
  })

  it('are some where they are asked for, of the channel that is missing', () => {
    const found = detection(scores, { series, missing: 'anomaly' })
    expect(spans(found)).toEqual([
      [1, 3],
      [5, 7],
    ])
    expect(found.events[0]).toMatchObject({ peak: '2024-05-01 00:01', score: none, channel: 'breath' })
    expect(found.events[1]).toMatchObject({ peak: '2024-05-01 00:05', score: 8 })
  })

  it('are told from steps that are merely not scored', () => {
    expect(spans(detection([none, none, 0, 0, 0, 0, 0], { missing: 'anomaly' }))).toEqual([])
  })
})

describe('a threshold', () => {
  const rng = new Rng(3)
  const clean = Float64Array.from({ length: 1001 }, (_, i) => i)
  const noise = Float64Array.from({ length: 5000 }, () => -Math.log(1 - rng.next()))

  it('is a quantile, or so many deviations from the mean, by hand', () => {
    expect(chooseThreshold(clean, { type: 'quantile', level: 0.99 })).toBeCloseTo(990, 9)
    // The variance of 0 … n − 1 is (n² − 1) / 12.
    const deviation = Math.sqrt((1001 ** 2 - 1) / 12)
    expect(chooseThreshold(clean, { type: 'sigma', deviations: 2 })).toBeCloseTo(500 + 2 * deviation, 6)
  })

  it('leaves missing scores out', () => {
    const holes = Float64Array.from([...clean, none, none])
    expect(chooseThreshold(holes, { type: 'quantile', level: 0.5 })).toBe(500)
  })

  it('rises as less is risked, beyond all that was seen', () => {
    const at = (risk: number) => chooseThreshold(noise, { type: 'tail', risk })
    expect(at(1e-3)).toBeGreaterThan(at(1e-2))
    expect(at(1e-6)).toBeGreaterThan(Math.max(...noise))
  })

  it('is not chosen from a few scores', () => {
    expect(() => chooseThreshold(clean.slice(0, 49), { type: 'tail', risk: 1e-4 })).toThrow(DataError)
    expect(() => chooseThreshold(new Float64Array(100).fill(none), { type: 'sigma', deviations: 3 })).toThrow(
      DataError,
    )
  })
})
