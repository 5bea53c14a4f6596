/** What was found in a series: scores, and the events that stand out. */
import { DataError } from '@attentive/core'
import { anomaliesChart, type Chart, type ChartOptions } from '../drawing/index.js'
import {
  averagePrecision,
  type DetectionScores,
  detectionDelay,
  eventDetection,
  type Marks,
  pointAdjustedDetection,
  pointDetection,
  type RowSpan,
  rangeDetection,
  rocArea,
  spansOfMarks,
} from '../metrics/index.js'
import type { TimeIndex, TimeSeries } from '../series/index.js'

export interface AnomalyEvent extends RowSpan {
  /** Of its first and last step. */
  start: string | number
  end: string | number
  /** Of the highest score; where none is above the threshold, since values are missing, the first step. */
  peak: string | number
  /** At the peak; NaN where nothing is known there. */
  score: number
  /** That stands out most at the peak; where no score is above the threshold, one that is missing. */
  channel: string
}

export interface DetectionParts {
  series: TimeSeries
  channels: readonly string[]
  /** `[T]` */
  scores: Float64Array
  /** `[T, C]` */
  channelScores: Float64Array
  threshold: number
  joinGap: number
  minLength: number
  /** Whether steps without a value are anomalies. */
  missing: 'ignored' | 'anomaly'
}

export interface DetectionEvaluation {
  points: DetectionScores
  /** Flatters: for comparison with the literature alone. */
  pointAdjusted: DetectionScores
  events: DetectionScores
  ranges: DetectionScores
  averagePrecision: number
  rocArea: number
  /** Steps until an event was noticed, on average; NaN when none was. */
  delay: number
}

export class Detection {
  /** How strange each step is, `[T]`: about 1 where all is as usual; NaN where there is no telling. */
  readonly scores: Float64Array
  /** The same of each channel, `[T, C]`. */
  readonly channelScores: Float64Array
  readonly threshold: number
  readonly events: readonly AnomalyEvent[]
  private readonly series: TimeSeries
  private readonly channels: readonly string[]

  constructor(parts: DetectionParts) {
    this.series = parts.series
    this.channels = parts.channels
    this.scores = parts.scores
    this.channelScores = parts.channelScores
    this.threshold = parts.threshold
    this.events = eventsOf(parts)
  }

  /** Times of the steps. */
  get index(): TimeIndex {
    return this.series.index
  }

  /** Whether each step is part of an event, `[T]`. */
  get marks(): boolean[] {
    const marks = new Array<boolean>(this.scores.length).fill(false)
    for (const { from, to } of this.events) marks.fill(true, from, to)
    return marks
  }

  /**
   * Compared with what is true.
   * @param truth for each step whether it is an anomaly.
   * @throws ShapeError when they are not as many. @throws DataError when all steps are alike.
   */
  evaluate(truth: Marks): DetectionEvaluation {
    const real = spansOfMarks(truth)
    const { marks } = this
    return {
      points: pointDetection(marks, truth),
      pointAdjusted: pointAdjustedDetection(marks, truth),
      events: eventDetection(this.events, real),
      ranges: rangeDetection(this.events, real),
      averagePrecision: averagePrecision(this.scores, truth),
      rocArea: rocArea(this.scores, truth),
      delay: detectionDelay(marks, real),
    }
  }

  /** The series with its events, and its scores with their threshold. @param options `truth`: true events, where they are known. */
  chart({ truth, ...options }: ChartOptions & { truth?: Marks } = {}): Chart {
    const { index } = this
    const span = ({ from, to }: RowSpan) => ({ start: index.at(from), end: index.at(to - 1) })
    return anomaliesChart({
      ...options,
      times: index.times(),
      channels: this.channels.slice(0, 12).map((name) => ({ name, values: this.series.channel(name) })),
      scores: this.scores,
      threshold: this.threshold,
      events: this.events.map(span),
      ...(truth ? { truth: spansOfMarks(truth).map(span) } : {}),
    })
  }
}

function eventsOf(parts: DetectionParts): AnomalyEvent[] {
  const { scores, threshold, joinGap, minLength } = parts
  const isMissing = missingSteps(parts)
  const joined: RowSpan[] = []
  for (const span of spansOfMarks(scores.map((score, t) => Number(score > threshold || isMissing(t))))) {
    const last = joined.at(-1)
    if (last && span.from - last.to <= joinGap) last.to = span.to
    else joined.push(span)
  }
  return joined.filter(({ from, to }) => to - from >= minLength).map((span) => eventOf(span, parts))
}

/** Of each step whether it is to be marked because a watched channel has no value there. */
function missingSteps({ series, channels, missing }: DetectionParts): (t: number) => boolean {
  if (missing === 'ignored') return () => false
  const columns = channels.map((name) => series.channel(name))
  return (t) => columns.some((values) => Number.isNaN(values[t]))
}

function eventOf({ from, to }: RowSpan, parts: DetectionParts): AnomalyEvent {
  const { series, channels, scores, channelScores, threshold } = parts
  const { index } = series
  let peak = from
  for (let t = from; t < to; t++) {
    const score = scores[t] as number
    if (score > threshold && !(score <= (scores[peak] as number))) peak = t
  }
  const score = scores[peak] as number
  const C = channels.length
  const at = channelScores.subarray(peak * C, (peak + 1) * C)
  const c =
    score > threshold ? strongest(at) : channels.findIndex((name) => Number.isNaN(series.channel(name)[peak]))
  return {
    from,
    to,
    start: index.at(from),
    end: index.at(to - 1),
    peak: index.at(peak),
    score,
    channel: channels[c] as string,
  }
}

/** Place of the highest of the known ones. */
function strongest(scores: Float64Array): number {
  let best = -1
  for (const [c, score] of scores.entries())
    if (!Number.isNaN(score) && !(score <= (scores[best] ?? Number.NaN))) best = c
  return Math.max(0, best)
}

/**
 * Marks of the steps within some spans of time, both ends included, `[T]`.
 * @throws DataError when a span does not lie within the series.
 */
export function marksOfSpans(
  { index }: TimeSeries,
  spans: readonly { start: string | number; end: string | number }[],
): boolean[] {
  const marks = new Array<boolean>(index.length).fill(false)
  for (const [i, { start, end }] of spans.entries()) {
    const [from, to] = [index.indexOf(start), index.indexOf(end)]
    if (from < 0 || to < from || to >= index.length)
      throw new DataError({
        argument: `spans[${i}]`,
        expected: `steps from ${index.at(0)} to ${index.at(index.length - 1)}, the first before the last`,
        received: `${start} … ${end}`,
      })
    marks.fill(true, from, to + 1)
  }
  return marks
}
