/** A training run in progress: its position, and what happens at the boundaries of steps and epochs. */
import { join } from 'node:path'
import { InvalidArgumentError, NumericalError } from '../errors.js'
import type { StateDict } from '../layers/module.js'
import { BestScore } from './best-score.js'
import { EarlyStopping } from './early-stopping.js'
import { Interval } from './interval.js'
import { RunCheckpoints, type RunState } from './run-checkpoints.js'
import type { StopReason, TrainingProgress, TrainOptions, TrainResult } from './train-options.js'
import { TrainingLog } from './training-log.js'
import type { TrainingState } from './training-state.js'

/** Steps in a row without a usable gradient after which even an optimiser that skips them gives up. */
const maxSkippedInRow = 20

export class TrainingRun<Batch> {
  epoch = 1
  batch = 0
  step = 0
  stoppedBy: StopReason | null = null
  private tokens = 0
  private earlierSeconds = 0
  private resumedFrom: number | null = null
  private bestStep: number | null = null
  private bestWeights: StateDict | null = null
  private metrics: Record<string, number> | null = null
  private batchesPerEpoch: number | null
  private skippedInRow = 0
  private mark = performance.now()
  private readonly started = performance.now()
  private readonly interval = new Interval()
  private readonly score: BestScore
  private readonly earlyStopping: EarlyStopping | null
  private readonly log: TrainingLog
  private readonly checkpoints: RunCheckpoints | null

  constructor(private readonly options: TrainOptions<Batch>) {
    const { validation, earlyStopping, checkpoint, batchesPerEpoch } = options
    const mode = validation?.mode ?? 'min'
    this.score = new BestScore(mode)
    this.earlyStopping = earlyStopping ? new EarlyStopping({ ...earlyStopping, mode }) : null
    this.batchesPerEpoch = batchesPerEpoch ?? null
    this.log = new TrainingLog(checkpoint ? join(checkpoint.folder, 'training.jsonl') : null)
    this.checkpoints = checkpoint ? new RunCheckpoints(checkpoint, options, mode) : null
  }

  /** Continues from the last checkpoint, if asked and there is one. */
  async begin(): Promise<void> {
    const state = this.options.checkpoint?.resume ? await this.checkpoints?.restore() : undefined
    if (state) {
      this.restore(state)
      await this.log.resume(this.step)
    } else {
      await this.checkpoints?.begin()
      await this.log.begin()
    }
    this.mark = performance.now()
  }

  /** One step, and whatever is due after it. */
  async train(batch: Batch): Promise<void> {
    const { optimizer, schedule, average } = this.options
    if (schedule) optimizer.learningRate = schedule.rateAt(this.step + 1)
    const { loss, tokens } = await this.report(batch)
    average?.update()
    this.step++
    this.batch++
    this.tokens += tokens ?? 0
    const now = performance.now()
    if (Number.isFinite(loss)) this.interval.add({ loss, tokens, seconds: (now - this.mark) / 1000 })
    this.mark = now
    this.tell('training')
    if (this.step % (this.options.logEvery ?? 50) === 0) await this.logTraining()
    const every = this.options.validation?.every
    if (every !== undefined && this.step % every === 0) await this.validate()
    this.checkStops()
    if (this.stoppedBy === null) await this.saveIfDue()
  }

  /** Validates, if that is done by epoch, and moves on to the next. */
  async endEpoch(): Promise<void> {
    if (this.batch === 0)
      throw new InvalidArgumentError({
        argument: `batches(${this.epoch}, 0)`,
        expected: 'at least one batch',
        received: 'none',
        hint: 'Is the training data empty, or the batch larger than it?',
      })
    this.batchesPerEpoch = this.batch
    const { validation } = this.options
    if (validation && validation.every === undefined) await this.validate()
    this.epoch++
    this.batch = 0
    this.checkStops()
    if (this.stoppedBy === null && this.epoch <= this.options.epochs) await this.saveIfDue()
  }

  /** Sets `stoppedBy` when something other than the number of epochs ends the run. */
  checkStops(): void {
    const { maxSteps, signal } = this.options
    if (this.earlyStopping?.shouldStop) this.stoppedBy = 'earlyStopping'
    else if (maxSteps !== undefined && this.step >= maxSteps) this.stoppedBy = 'steps'
    else if (signal?.aborted) this.stoppedBy = 'interrupt'
  }

  /** Saves a last time, then gives the model its best weights. */
  async finish(): Promise<TrainResult> {
    this.requireFiniteWeights(`after training step ${this.step}`)
    await this.checkpoints?.saveLast(this.state())
    const { model, average } = this.options
    const best = this.bestWeights ?? (this.bestStep === null ? null : await this.checkpoints?.loadBest())
    if (best) model.loadStateDict(best)
    else average?.settle()
    const averaged = this.stoppedBy === 'interrupt' ? null : await this.averageBest()
    return {
      stoppedBy: this.stoppedBy ?? 'epochs',
      steps: this.step,
      seconds: this.seconds,
      resumedFrom: this.resumedFrom,
      best: this.bestStep === null ? null : { score: this.score.best as number, step: this.bestStep },
      averaged,
      snapshots: this.checkpoints?.kept ?? [],
      history: this.log.history,
    }
  }

  /** Gives the model the mean weights of its best validations, if asked to, and scores them. */
  private async averageBest(): Promise<TrainResult['averaged']> {
    const { model, validation } = this.options
    const mean = await this.checkpoints?.averageOfBest()
    if (!mean || !validation) return null
    model.loadStateDict(mean.weights)
    return { score: this.scoreIn(await validation.run()), steps: mean.steps }
  }

  private get seconds(): number {
    return this.earlierSeconds + (performance.now() - this.started) / 1000
  }

  private async report(batch: Batch): Promise<{ loss: number; tokens: number | undefined }> {
    const report = await this.orExplain(this.place, () => this.options.step(batch))
    const loss = typeof report.loss === 'number' ? report.loss : report.loss.item()
    this.skippedInRow = Number.isFinite(loss) ? 0 : this.skippedInRow + 1
    const tolerant = this.options.optimizer.onNonFinite === 'skip' && this.skippedInRow <= maxSkippedInRow
    if (!Number.isFinite(loss) && !tolerant)
      throw this.explained(this.place, {
        argument: 'loss',
        expected: 'a finite number',
        received: String(loss),
      })
    return { loss, tokens: report.tokens }
  }

  /** Where the step in progress is. */
  private get place(): string {
    return `training step ${this.step + 1}, epoch ${this.epoch}, batch ${this.batch + 1}`
  }

  private async orExplain<T>(place: string, run: () => Promise<T> | T): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw this.withPlace(place, error)
    }
  }

  /** Before anything is saved, which would replace what was good. */
  private requireFiniteWeights(place: string): void {
    try {
      this.options.optimizer.requireFiniteWeights()
    } catch (error) {
      throw this.withPlace(place, error)
    }
  }

  private withPlace(place: string, error: unknown): unknown {
    if (!(error instanceof NumericalError)) return error
    const { argument = 'value', expected, received } = error
    return this.explained(place, { argument, expected, received, cause: error })
  }

  private explained(
    place: string,
    details: { argument: string; expected: string; received: string; cause?: unknown },
  ): NumericalError {
    const { optimizer, checkpoint } = this.options
    const saved = this.checkpoints?.lastSavedStep
    const kept =
      saved === null || saved === undefined
        ? ''
        : ` The checkpoint of step ${saved} is kept in ${checkpoint?.folder}.`
    return new NumericalError({
      ...details,
      argument: `${details.argument} (${place})`,
      hint:
        `Learning rate ${optimizer.learningRate}, last gradient norm ${optimizer.lastGradientNorm}: ` +
        `lower the rate, clip by norm, or look for bad values in the batch.${kept}`,
    })
  }

  private async validate(): Promise<void> {
    const { validation, average, schedule } = this.options
    if (!validation) return
    this.tell('validating')
    const place = `validation after training step ${this.step}`
    this.requireFiniteWeights(place)
    const run = async () => {
      const metrics = await this.orExplain(place, () => validation.run())
      const score = this.scoreIn(metrics)
      const improved = this.score.observe(score)
      if (improved) await this.keepBest()
      await this.checkpoints?.saveSnapshot({ step: this.step, score }, () => this.options.model.stateDict())
      return { metrics, score, improved }
    }
    const { metrics, score, improved } = await (average ? average.applied(run) : run())
    schedule?.observe(score)
    this.earlyStopping?.observe(score)
    this.metrics = metrics
    const { step, epoch, seconds } = this
    await this.log.add({ type: 'validation', step, epoch, metrics, best: improved, seconds })
    this.mark = performance.now()
    this.tell('validated')
  }

  private scoreIn(metrics: Record<string, number>): number {
    const metric = this.options.validation?.metric ?? ''
    const score = metrics[metric]
    if (score !== undefined) return score
    throw new InvalidArgumentError({
      argument: 'validation.metric',
      expected: `one of ${Object.keys(metrics).join(', ')}`,
      received: metric,
    })
  }

  private async keepBest(): Promise<void> {
    this.bestStep = this.step
    this.bestWeights = this.options.model.stateDict()
    await this.checkpoints?.saveBest(this.bestWeights)
  }

  private async saveIfDue(): Promise<void> {
    if (await this.checkpoints?.saveIfDue(this.step, () => this.finiteState())) this.mark = performance.now()
  }

  private async logTraining(): Promise<void> {
    const { step, epoch, seconds, interval, options } = this
    await this.log.add({
      type: 'training',
      step,
      epoch,
      loss: interval.meanLoss,
      learningRate: options.optimizer.learningRate,
      gradientNorm: options.optimizer.lastGradientNorm,
      perSecond: interval.perSecond,
      seconds,
    })
    interval.reset()
  }

  private tell(phase: TrainingProgress['phase']): void {
    const { options, epoch, batch, batchesPerEpoch, step, interval, metrics, seconds } = this
    if (!options.onProgress) return
    const totalSteps = this.totalSteps()
    const { learningRate, lastGradientNorm } = options.optimizer
    options.onProgress({
      phase,
      epoch,
      epochs: options.epochs,
      batch,
      batchesPerEpoch,
      step,
      totalSteps,
      loss: interval.meanLoss,
      learningRate,
      gradientNorm: lastGradientNorm,
      perSecond: interval.perSecond,
      unit: interval.unit,
      metrics,
      best: this.score.best,
      seconds,
      secondsLeft: totalSteps === null ? null : (seconds / Math.max(1, step)) * (totalSteps - step),
      compileSeconds: (options.compileMs?.() ?? 0) / 1000,
    })
  }

  private totalSteps(): number | null {
    const { epochs, maxSteps = Number.POSITIVE_INFINITY } = this.options
    const byEpochs =
      this.batchesPerEpoch === null
        ? Number.POSITIVE_INFINITY
        : Math.max(this.step, this.step - this.batch + (epochs - this.epoch + 1) * this.batchesPerEpoch)
    const total = Math.min(byEpochs, maxSteps)
    return Number.isFinite(total) ? total : null
  }

  private finiteState(): RunState {
    this.requireFiniteWeights(`after training step ${this.step}`)
    return this.state()
  }

  private state(): RunState {
    const { epoch, batch, step, seconds, tokens, bestStep } = this
    return {
      epoch,
      batch,
      step,
      seconds,
      tokens,
      score: this.score.state,
      bestStep,
      earlyStopping: this.earlyStopping?.state ?? null,
    }
  }

  private restore({
    epoch,
    batch,
    step,
    seconds,
    tokens,
    score,
    bestStep,
    earlyStopping,
  }: TrainingState): void {
    Object.assign(this, { epoch, batch, step, tokens, bestStep, earlierSeconds: seconds, resumedFrom: step })
    this.score.state = score
    if (this.earlyStopping && earlyStopping) this.earlyStopping.state = earlyStopping
  }
}
