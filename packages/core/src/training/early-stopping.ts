/** Early stopping (Prechelt 1998, "Early stopping, but when?", section 2: criterion UP). */
import { InvalidArgumentError } from '../errors.js'
import { BestScore, type BestScoreState, type ScoreMode } from './best-score.js'

export interface EarlyStoppingOptions {
  /** Validations in a row without improvement after which training stops. */
  patience: number
  /** What counts as improvement. Default: any. */
  minDelta?: number
  /** Whether smaller or larger scores are better. */
  mode: ScoreMode
}

/** Says when `patience` validations in a row brought no improvement of more than `minDelta`. */
export class EarlyStopping {
  readonly patience: number
  private readonly scores: BestScore

  /** @throws InvalidArgumentError when `patience` is no positive integer or `minDelta` is negative. */
  constructor({ patience, minDelta = 0, mode }: EarlyStoppingOptions) {
    if (!Number.isInteger(patience) || patience < 1)
      throw new InvalidArgumentError({
        argument: 'patience',
        expected: 'a positive integer',
        received: String(patience),
      })
    this.patience = patience
    this.scores = new BestScore(mode, minDelta)
  }

  /** Takes the score of a validation; true when training should stop. */
  observe(score: number): boolean {
    this.scores.observe(score)
    return this.shouldStop
  }

  get shouldStop(): boolean {
    return this.scores.badRounds >= this.patience
  }

  get state(): BestScoreState {
    return this.scores.state
  }

  set state(state: BestScoreState) {
    this.scores.state = state
  }
}
