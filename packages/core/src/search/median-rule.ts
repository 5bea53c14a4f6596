/**
 * Which trials are not worth their time: the median stopping rule (Golovin et al. 2017, "Google Vizier", section
 * 3.2.2). A trial is stopped after its report number k when its best score so far is worse than the median of the best
 * scores that the others had by their report k.
 */
import type { ScoreMode } from '../training/best-score.js'

/** Fewer trials tell no median, and first reports tell little. */
const least = { trials: 4, reports: 2 }

export class MedianRule {
  /** Best scores so far after each report, by trial. */
  private readonly best = new Map<number, number[]>()

  constructor(private readonly mode: ScoreMode) {}

  /** @returns whether the trial should stop. */
  report(trial: number, score: number): boolean {
    const own = this.best.get(trial) ?? []
    const before = own.at(-1)
    own.push(before === undefined || this.isBetter(score, before) ? score : before)
    this.best.set(trial, own)
    const k = own.length - 1
    if (own.length < least.reports) return false
    const others = [...this.best].flatMap(([other, scores]) => {
      const score = scores[k]
      return other === trial || score === undefined ? [] : [score]
    })
    if (others.length < least.trials) return false
    return this.isBetter(median(others), own[k] as number)
  }

  /** A score that no other is below. */
  get worst(): number {
    return this.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  }

  private isBetter(a: number, b: number): boolean {
    return this.mode === 'min' ? a < b : a > b
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
