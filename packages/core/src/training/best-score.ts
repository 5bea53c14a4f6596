/** Watches a score: is this the best so far, and for how many rounds has there been no better one? */
import { InvalidArgumentError } from '../errors.js'

/** Whether smaller (a loss) or larger (BLEU) scores are better. */
export type ScoreMode = 'min' | 'max'

export interface BestScoreState {
  best: number | null
  badRounds: number
}

export class BestScore {
  private state_: BestScoreState = { best: null, badRounds: 0 }

  /** @param minDelta an improvement must exceed this much. */
  constructor(
    readonly mode: ScoreMode,
    readonly minDelta: number = 0,
  ) {
    if (!(minDelta >= 0))
      throw new InvalidArgumentError({
        argument: 'minDelta',
        expected: 'a number of at least 0',
        received: String(minDelta),
      })
  }

  /** The best score seen; null before the first. */
  get best(): number | null {
    return this.state_.best
  }

  /** Scores in a row that were no improvement. */
  get badRounds(): number {
    return this.state_.badRounds
  }

  get state(): BestScoreState {
    return { ...this.state_ }
  }

  set state(state: BestScoreState) {
    this.state_ = { ...state }
  }

  /** Takes a score in; true when it is the best so far. NaN is never an improvement. */
  observe(score: number): boolean {
    const { best, badRounds } = this.state_
    const gain = best === null ? Number.POSITIVE_INFINITY : this.mode === 'min' ? best - score : score - best
    const improved = gain > this.minDelta && !Number.isNaN(score)
    this.state_ = improved ? { best: score, badRounds: 0 } : { best, badRounds: badRounds + 1 }
    return improved
  }

  /** Starts counting bad rounds anew; the best score stays. */
  forgive(): void {
    this.state_.badRounds = 0
  }
}
