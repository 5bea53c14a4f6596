/** AnomalyDetector: learns what is usual, and marks what is not. */
import { join } from 'node:path'
import {
  CheckpointError,
  DataError,
  InvalidArgumentError,
  loadModelFolder,
  saveModelFolder,
  type TrainResult,
} from '@attentive/core'
import { z } from 'zod'
import type { Marks } from '../metrics/index.js'
import { listOf } from '../series/lists.js'
import { requireChannels } from '../series/require-channels.js'
import { argumentNamed, type TimeSeries } from '../series/time-series.js'
import { mahalanobis, type Spread, spreadOf } from '../statistics/covariance.js'
import type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
import { AutoencoderResiduals } from './autoencoder-residuals.js'
import {
  type DetectorConfig,
  detectorConfigSchema,
  type ParsedDetectorConfig,
  parseDetectorConfig,
} from './config.js'
import { Detection, type DetectionEvaluation } from './detection.js'
import { ForecastResiduals } from './forecast-residuals.js'
import type { ResidualModel } from './residual-model.js'
import { chooseThreshold } from './threshold.js'

const fittedSchema = z.strictObject({
  channels: z.array(z.string().min(1)).min(1),
  frequency: z.string(),
  /** Of the residuals on clean data: mean `[C]` and factor of the covariance `[C, C]`. */
  spread: z.strictObject({ mean: z.array(z.number()), factor: z.array(z.number()) }),
  threshold: z.number(),
})
type Fitted = z.output<typeof fittedSchema>

const detectTask = 'detect'
const folderSchema = z.strictObject({ config: detectorConfigSchema, fitted: fittedSchema })
/** The network's folder, in the detector's. */
const networkFolder = 'network'
/** Share of the training rows that are held back where there is no validation part. */
const heldBack = 0.2

export interface FitDetectorOptions extends TrainingRunOptions {
  /** Clean series that it is not trained on: they say when to stop, and what is usual. Default: the last 20 % of the training rows. */
  validation?: TimeSeries | readonly TimeSeries[]
}

/**
 * Finds anomalies by what an LSTM with attention makes of a series: what it cannot retell, or did not expect.
 *
 *     score_t = (r_t − μ)ᵀ Σ⁻¹ (r_t − μ) / C       r: residuals, μ and Σ: of clean ones (Malhotra et al. 2016, section 2.2)
 *
 * @example
 * const detector = new AnomalyDetector({ method: { name: 'autoencoder', window: 48 } })
 * await detector.fit(normal, { output: 'models/pulse' })
 * const { events, chart } = await detector.detect(tonight)
 */
export class AnomalyDetector {
  readonly config: ParsedDetectorConfig
  private model: ResidualModel | null = null
  private fitted: Fitted | null = null

  /** @throws InvalidArgumentError naming the settings that are wrong. */
  constructor(
    config: DetectorConfig = {},
    private readonly engine: EngineOptions = {},
  ) {
    this.config = parseDetectorConfig(config)
  }

  /** @throws CheckpointError when there is no detector in the folder, or a damaged one. */
  static async load(folder: string, engine: EngineOptions = {}): Promise<AnomalyDetector> {
    const { config: saved } = await loadModelFolder(folder, { task: detectTask, schema: folderSchema })
    requireConsistent(saved.fitted, folder)
    const detector = new AnomalyDetector(saved.config, engine)
    detector.fitted = saved.fitted
    const place = join(folder, networkFolder)
    detector.model =
      detector.config.method.name === 'autoencoder'
        ? await AutoencoderResiduals.load(place, engine)
        : await ForecastResiduals.load(place, engine)
    return detector
  }

  get name(): string {
    return this.config.method.name
  }

  /** Channels that are watched; null before `fit`. */
  get channels(): readonly string[] | null {
    return this.fitted?.channels ?? null
  }

  /** Scores above it are anomalies; null before `fit`. */
  get threshold(): number | null {
    return this.fitted?.threshold ?? null
  }

  /** Rows that a series needs to be looked at. */
  get leastRows(): number {
    const { method } = this.config
    return method.name === 'autoencoder' ? method.window : method.lookback + method.horizon
  }

  /**
   * Learns from series that are normal, or mostly so.
   * @throws DataError when a channel is missing, has no value or does not vary, or series are too short.
   * @throws StorageError when the output folder cannot be written to.
   */
  async fit(
    train: TimeSeries | readonly TimeSeries[],
    { validation, ...run }: FitDetectorOptions = {},
  ): Promise<TrainResult> {
    const parts = this.partsOf(listOf(train), validation === undefined ? null : listOf(validation))
    const [first] = parts.train as [TimeSeries]
    const channels = [...(this.config.target ?? first.channels)]
    const frequency = first.index.frequency.toString()
    for (const one of parts.train) this.requireUsable(one, channels, 'train')
    for (const one of parts.validation) this.requireUsable(one, channels, 'validation')
    requireVarying(parts.train, channels)
    const { output } = run
    const model = this.createModel(channels)
    const result = await model.fit(parts.train, parts.validation, {
      ...run,
      ...(output === undefined ? {} : { output: join(output, networkFolder) }),
    })
    await this.dispose()
    this.model = model
    this.fitted = await this.measure(parts.validation, { channels, frequency, model })
    if (output !== undefined && result.stoppedBy !== 'interrupt') await this.saveOwn(output)
    return result
  }

  /**
   * Scores of a series' steps, and the events among them.
   * @throws DataError when a channel is missing, the series is too short or of another frequency.
   */
  async detect(series: TimeSeries): Promise<Detection> {
    const { fitted, model } = this.requireFitted()
    this.requireUsable(series, fitted.channels, 'series')
    const own = series.index.frequency.toString()
    if (own !== fitted.frequency)
      throw new DataError({
        argument: argumentNamed('series', series.name),
        expected: `a series of frequency ${fitted.frequency}, as in training`,
        received: own,
        hint: 'Resample it, or train a detector for this frequency.',
      })
    const residuals = await model.residuals(series)
    const { joinGap, minLength } = this.config
    return new Detection({
      series,
      channels: fitted.channels,
      scores: this.score(residuals, fitted.spread),
      channelScores: channelScores(residuals, fitted.spread),
      threshold: fitted.threshold,
      joinGap,
      minLength,
    })
  }

  /** How well it finds what is true. @param truth for each step whether it is an anomaly. */
  async evaluate(series: TimeSeries, truth: Marks): Promise<DetectionEvaluation> {
    return (await this.detect(series)).evaluate(truth)
  }

  /** Saves settings, threshold and network. */
  async save(folder: string): Promise<void> {
    const { model } = this.requireFitted()
    await model.save(join(folder, networkFolder))
    await this.saveOwn(folder)
  }

  async dispose(): Promise<void> {
    await this.model?.dispose()
    this.model = null
    this.fitted = null
  }

  private async saveOwn(folder: string): Promise<void> {
    const { config, fitted } = this
    await saveModelFolder(folder, { task: detectTask, config: { config, fitted }, weights: {} })
  }

  private createModel(channels: readonly string[]): ResidualModel {
    const { config, engine } = this
    const { method } = config
    return method.name === 'autoencoder'
      ? new AutoencoderResiduals(method, channels, engine, config)
      : ForecastResiduals.create(method, config, channels, engine)
  }

  private partsOf(train: readonly TimeSeries[], validation: readonly TimeSeries[] | null) {
    if (train.length === 0)
      throw new DataError({ argument: 'train', expected: 'at least one series', received: 'none' })
    if (validation) return { train, validation }
    const cut = (one: TimeSeries) => Math.floor((1 - heldBack) * one.length)
    return {
      train: train.map((one) => one.slice(0, cut(one))),
      validation: train.map((one) => one.slice(cut(one))),
    }
  }

  private requireUsable(series: TimeSeries, channels: readonly string[], argument: string): void {
    requireChannels(series, channels, argument)
    if (series.length >= this.leastRows) return
    throw new DataError({
      argument: argumentNamed(argument, series.name),
      expected: `at least ${this.leastRows} rows`,
      received: String(series.length),
      hint: 'Use a shorter window, or more data; of training data the last fifth is held back to validate.',
    })
  }

  /** What is usual of clean residuals, and where strange begins. */
  private async measure(
    validation: readonly TimeSeries[],
    { channels, frequency, model }: { channels: string[]; frequency: string; model: ResidualModel },
  ): Promise<Fitted> {
    const C = channels.length
    const all = await Promise.all(validation.map((one) => model.residuals(one)))
    const rows = all.flatMap((residuals) => completeRows(residuals, C))
    if (rows.length === 0)
      throw new DataError({
        argument: 'validation',
        expected: 'steps at which all channels have values',
        received: 'none',
      })
    const spread = spreadOf(rows)
    const scores = all.flatMap((residuals) => [...this.score(residuals, spread)])
    const threshold = chooseThreshold(Float64Array.from(scores), this.config.threshold)
    return { channels, frequency, spread, threshold }
  }

  /** `[T]` */
  private score(residuals: Float64Array, spread: Spread): Float64Array {
    const C = spread.mean.length
    const scores = Float64Array.from({ length: residuals.length / C }, (_, t) => {
      const row = residuals.subarray(t * C, (t + 1) * C)
      if (row.every(Number.isNaN)) return Number.NaN
      return mahalanobis(
        row.map((value, c) => (Number.isNaN(value) ? (spread.mean[c] as number) : value)),
        spread,
      )
    })
    return smoothed(scores, this.config.smoothing)
  }

  private requireFitted(): { model: ResidualModel; fitted: Fitted } {
    const { model, fitted } = this
    if (model && fitted) return { model, fitted }
    throw new InvalidArgumentError({
      argument: this.name,
      expected: 'a trained detector',
      received: 'one before its training',
      hint: 'Call fit first, or AnomalyDetector.load.',
    })
  }
}

function completeRows(residuals: Float64Array, C: number): Float64Array[] {
  const rows: Float64Array[] = []
  for (let at = 0; at < residuals.length; at += C) {
    const row = residuals.subarray(at, at + C)
    if (!row.some(Number.isNaN)) rows.push(row)
  }
  return rows
}

/** Squared residuals by their variance, `[T, C]`. */
function channelScores(residuals: Float64Array, { mean, factor }: Spread): Float64Array {
  const C = mean.length
  const variances = mean.map((_, c) =>
    factor.slice(c * C, (c + 1) * C).reduce((sum, value) => sum + value * value, 0),
  )
  return residuals.map((value, at) => (value - (mean[at % C] as number)) ** 2 / (variances[at % C] as number))
}

/** Mean of the known ones among the last `span`. */
function smoothed(scores: Float64Array, span: number): Float64Array {
  if (span === 1) return scores
  return scores.map((score, t) => {
    if (Number.isNaN(score)) return score
    const known = scores.subarray(Math.max(0, t - span + 1), t + 1).filter((value) => !Number.isNaN(value))
    return known.reduce((sum, value) => sum + value, 0) / known.length
  })
}

/** @throws DataError when a channel has one value alone, or none. */
function requireVarying(series: readonly TimeSeries[], channels: readonly string[]): void {
  for (const channel of channels) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const one of series)
      for (const value of one.channel(channel)) {
        if (value < low) low = value
        if (value > high) high = value
      }
    if (high > low) continue
    throw new DataError({
      argument: `train, channel ${JSON.stringify(channel)}`,
      expected: 'values that vary',
      received: high === low ? `${low} at every step` : 'no value',
      hint: 'Leave it out of `target`.',
    })
  }
}

/** @throws CheckpointError when what was measured is not of as many channels as there are. */
function requireConsistent({ channels, spread }: Fitted, folder: string): void {
  const C = channels.length
  if (spread.mean.length === C && spread.factor.length === C * C) return
  throw new CheckpointError({
    argument: `${folder}: spread`,
    expected: `residuals of ${C} channels`,
    received: `${spread.mean.length} means, ${spread.factor.length} factors`,
  })
}
