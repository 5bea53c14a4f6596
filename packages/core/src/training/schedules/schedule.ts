/** Learning rate schedules: the rate for each step, from the step's number and, if asked, from validation scores. */

export interface Schedule {
  /** Learning rate of update number `step`, counted from 1. */
  rateAt(step: number): number
  /** Takes the score of a validation in. Most schedules ignore it. */
  observe(score: number): void
  /** What it remembers, as plain data for a checkpoint; null when it remembers nothing. */
  state: unknown
}

/** A schedule that depends on the step alone. */
export class StepSchedule implements Schedule {
  readonly state = null

  /** @param rateAt the rate as a function of the step's number. */
  constructor(readonly rateAt: (step: number) => number) {}

  observe(): void {}
}
