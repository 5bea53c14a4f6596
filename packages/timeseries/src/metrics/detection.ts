/**
 * How well anomalies are found: step by step, event by event, and by how much of each event. A step is an anomaly where
 * its number is not 0.
 */
import { DataError, ShapeError } from '@attentive/core'
import { mean } from '../statistics/mean.js'

export interface DetectionScores {
  precision: number
  recall: number
  /** 2 P R / (P + R); 0 when both are 0. */
  f1: number
}

/** Marks of steps, `[T]`: booleans, or numbers of which 0 is normal. */
export type Marks = ArrayLike<boolean | number>

/** Rows `from` … `to` − 1. */
export interface RowSpan {
  from: number
  to: number
}

/** Neighbouring marked steps as one span each. */
export function spansOfMarks(marks: Marks): RowSpan[] {
  const spans: RowSpan[] = []
  for (let t = 0; t < marks.length; t++) {
    if (!marks[t]) continue
    const last = spans.at(-1)
    if (last?.to === t) last.to = t + 1
    else spans.push({ from: t, to: t + 1 })
  }
  return spans
}

/** @throws ShapeError when there are not as many of both. */
function requireAlike(predicted: ArrayLike<unknown>, truth: ArrayLike<unknown>): void {
  if (predicted.length !== truth.length)
    throw new ShapeError({
      argument: 'truth',
      expected: `${predicted.length} steps, as there are predictions`,
      received: String(truth.length),
    })
}

/** @throws DataError when one has no row. */
function requireSpans(lists: Readonly<Record<string, readonly RowSpan[]>>): void {
  for (const [argument, spans] of Object.entries(lists))
    for (const [i, { from, to }] of spans.entries())
      if (!(Number.isInteger(from) && Number.isInteger(to) && from < to))
        throw new DataError({
          argument: `${argument}[${i}]`,
          expected: 'whole numbers, from before to',
          received: `${from} … ${to}`,
        })
}

/** Share of a span's rows that others cover. */
function covered(one: RowSpan, others: readonly RowSpan[]): number {
  let [rows, next] = [0, one.from]
  for (const { from, to } of others.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(to, one.to)
    rows += Math.max(0, end - Math.max(from, next))
    next = Math.max(next, end)
  }
  return rows / (one.to - one.from)
}

/** Nothing found of nothing there is a perfect result. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}

function withF1(precision: number, recall: number): DetectionScores {
  return {
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  }
}

/** Of single steps: precision TP / (TP + FP), recall TP / (TP + FN). */
export function pointDetection(predicted: Marks, truth: Marks): DetectionScores {
  requireAlike(predicted, truth)
  let [hits, found, real] = [0, 0, 0]
  for (let t = 0; t < truth.length; t++) {
    if (predicted[t]) found++
    if (truth[t]) real++
    if (predicted[t] && truth[t]) hits++
  }
  return withF1(share(hits, found), share(hits, real))
}

/**
 * Of single steps after "point adjustment" (Xu et al. 2018): an event that is touched once counts as found whole. For
 * comparison with the literature alone: random scores do well by it (Kim et al. 2022, "Towards a rigorous evaluation of
 * time-series anomaly detection").
 */
export function pointAdjustedDetection(predicted: Marks, truth: Marks): DetectionScores {
  requireAlike(predicted, truth)
  const adjusted = Array.from({ length: truth.length }, (_, t) => Boolean(predicted[t]))
  for (const { from, to } of spansOfMarks(truth))
    if (adjusted.slice(from, to).some(Boolean)) adjusted.fill(true, from, to)
  return pointDetection(adjusted, truth)
}

/**
 * Of events: precision is the share of found events that overlap a true one, recall the share of true events that a
 * found one overlaps.
 * @throws DataError when a span has no row.
 */
export function eventDetection(predicted: readonly RowSpan[], truth: readonly RowSpan[]): DetectionScores {
  requireSpans({ predicted, truth })
  const overlaps = (one: RowSpan, others: readonly RowSpan[]) =>
    others.some((other) => other.from < one.to && one.from < other.to)
  return withF1(
    share(predicted.filter((event) => overlaps(event, truth)).length, predicted.length),
    share(truth.filter((event) => overlaps(event, predicted)).length, truth.length),
  )
}

/**
 * Of ranges (Tatbul et al. 2018, "Precision and recall for time series", sections 3.1 and 3.2, flat bias): each true
 * event counts half for being touched at all and half for the share of it that is found; each found one for the share of
 * it that is true. Rows that several spans of one side cover count once (the cardinality factor of the paper is 1).
 * @throws DataError when a span has no row.
 */
export function rangeDetection(predicted: readonly RowSpan[], truth: readonly RowSpan[]): DetectionScores {
  requireSpans({ predicted, truth })
  const total = (spans: readonly RowSpan[], value: (span: RowSpan) => number) =>
    spans.reduce((sum, span) => sum + value(span), 0)
  const recall = total(truth, (event) => {
    const part = covered(event, predicted)
    return part > 0 ? 0.5 + 0.5 * part : 0
  })
  return withF1(
    share(
      total(predicted, (event) => covered(event, truth)),
      predicted.length,
    ),
    share(recall, truth.length),
  )
}

/**
 * Area under the curve of precision over recall as the threshold falls, Σ (R_k − R_{k−1}) P_k; NaN scores count as the
 * lowest.
 * @throws DataError when no step is an anomaly.
 */
export function averagePrecision(scores: ArrayLike<number>, truth: Marks): number {
  requireAlike(scores, truth)
  const order = ranked(scores)
  const real = requireBoth(truth).real
  let [hits, sum, seen] = [0, 0, 0]
  for (const group of order) {
    const before = hits
    for (const t of group) if (truth[t]) hits++
    seen += group.length
    sum += ((hits - before) / real) * (hits / seen)
  }
  return sum
}

/**
 * Probability that an anomalous step has a higher score than a normal one, ties counting half (the area under the ROC
 * curve).
 * @throws DataError when no step is an anomaly, or all are.
 */
export function rocArea(scores: ArrayLike<number>, truth: Marks): number {
  requireAlike(scores, truth)
  const { real, normal } = requireBoth(truth)
  let [hits, area] = [0, 0]
  for (const group of ranked(scores)) {
    const found = group.filter((t) => truth[t]).length
    area += (group.length - found) * (hits + found / 2)
    hits += found
  }
  return area / (real * normal)
}

/** Steps from the beginning of a true event to the first one found within it: their mean; NaN when none is found. */
export function detectionDelay(predicted: Marks, truth: readonly RowSpan[]): number {
  const delays = truth.flatMap(({ from, to }) => {
    for (let t = from; t < to; t++) if (predicted[t]) return [t - from]
    return []
  })
  return mean(delays)
}

/** Steps by falling score, those of one score together. */
function ranked(scores: ArrayLike<number>): number[][] {
  const value = (t: number) => (Number.isNaN(scores[t]) ? Number.NEGATIVE_INFINITY : (scores[t] as number))
  const order = Array.from({ length: scores.length }, (_, t) => t).sort((a, b) =>
    value(a) === value(b) ? 0 : value(b) - value(a),
  )
  const groups: number[][] = []
  for (const t of order) {
    const last = groups.at(-1)
    if (last && value(last[0] as number) === value(t)) last.push(t)
    else groups.push([t])
  }
  return groups
}

function requireBoth(truth: Marks): { real: number; normal: number } {
  let real = 0
  for (let t = 0; t < truth.length; t++) if (truth[t]) real++
  if (real > 0 && real < truth.length) return { real, normal: truth.length - real }
  throw new DataError({
    argument: 'truth',
    expected: 'normal steps and anomalous ones',
    received: real === 0 ? 'normal ones alone' : 'anomalous ones alone',
  })
}
