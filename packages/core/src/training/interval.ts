/** Sums over the steps since the last entry in the history. */

export interface StepMeasure {
  loss: number
  tokens: number | undefined
  seconds: number
}

export class Interval {
  private weightedLoss = 0
  private weight = 0
  private units = 0
  private seconds = 0
  private lastLoss = Number.NaN
  /** What speed is counted in: tokens, if steps report them. */
  unit: 'tokens' | 'steps' = 'steps'

  add({ loss, tokens, seconds }: StepMeasure): void {
    if (tokens !== undefined) this.unit = 'tokens'
    const weight = tokens ?? 1
    this.weightedLoss += loss * weight
    this.weight += weight
    this.units += weight
    this.seconds += seconds
    this.lastLoss = loss
  }

  /** Mean loss, weighted by tokens; just after a reset, the loss of the step before. */
  get meanLoss(): number {
    return this.weight > 0 ? this.weightedLoss / this.weight : this.lastLoss
  }

  get perSecond(): number {
    return this.seconds > 0 ? this.units / this.seconds : 0
  }

  reset(): void {
    this.weightedLoss = this.weight = this.units = this.seconds = 0
  }
}
