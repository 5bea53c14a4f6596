import { z } from 'zod'
import { CheckpointError, InvalidArgumentError } from '../../errors.js'
import { BestScore, type ScoreMode } from '../best-score.js'
import type { Schedule } from './schedule.js'

export interface PlateauOptions {
  /** Factor on the rate when scores stop improving. Default 0.5. */
  factor?: number
  /** Validations without improvement that are tolerated. Default 2. */
  patience?: number
  /** An improvement must exceed this much. Default 0. */
  minDelta?: number
  /** Whether smaller or larger scores are better. Default `'min'`. */
  mode?: ScoreMode
  /** The rate never falls below. Default 0. */
  minLearningRate?: number
}

const stateSchema = z.strictObject({
  rate: z.number().nonnegative(),
  best: z.number().nullable(),
  badRounds: z.number().int().nonnegative(),
})

/** α ← max(factor · α, minimum) after more than `patience` validations in a row without improvement. */
export class PlateauSchedule implements Schedule {
  private readonly scores: BestScore
  private readonly factor: number
  private readonly patience: number
  private readonly minimum: number
  private rate: number

  /** @throws InvalidArgumentError when `factor` is not in (0, 1). */
  constructor(learningRate: number, options: PlateauOptions = {}) {
    const { factor = 0.5, patience = 2, minDelta = 0, mode = 'min', minLearningRate = 0 } = options
    if (!(factor > 0 && factor < 1))
      throw new InvalidArgumentError({
        argument: 'factor',
        expected: 'a number between 0 and 1',
        received: String(factor),
      })
    this.rate = learningRate
    this.factor = factor
    this.patience = patience
    this.minimum = minLearningRate
    this.scores = new BestScore(mode, minDelta)
  }

  rateAt(): number {
    return this.rate
  }

  observe(score: number): void {
    this.scores.observe(score)
    if (this.scores.badRounds <= this.patience) return
    this.rate = Math.min(this.rate, Math.max(this.minimum, this.rate * this.factor))
    this.scores.forgive()
  }

  get state(): unknown {
    return { rate: this.rate, ...this.scores.state }
  }

  set state(state: unknown) {
    const parsed = stateSchema.safeParse(state)
    if (!parsed.success)
      throw new CheckpointError({
        argument: 'schedule',
        expected: 'the state of a plateau schedule',
        received: z.prettifyError(parsed.error),
      })
    const { rate, ...scores } = parsed.data
    this.rate = rate
    this.scores.state = scores
  }
}
