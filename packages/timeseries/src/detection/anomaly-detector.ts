/** AnomalyDetector: learns what is usual, and marks what is not. */
import { DataError, type TrainResult } from '@attentive/core'
import type { Marks } from '../metrics/index.js'
import { learnScales } from '../scaling/scaler.js'
import { listOf } from '../series/lists.js'
import { requireChannels } from '../series/require-channels.js'
import { requireFrequency } from '../series/require-frequency.js'
import { argumentNamed, type TimeSeries } from '../series/time-series.js'
import { mahalanobis, spreadOf } from '../statistics/covariance.js'
import { mean } from '../statistics/mean.js'
import { requireTrained } from '../training/require-trained.js'
import type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
import { activityOf } from './activity.js'
import { channelScores } from './channel-scores.js'
import { type DetectorConfig, type ParsedDetectorConfig, parseDetectorConfig, rowsNeeded } from './config.js'
import { Detection, type DetectionEvaluation } from './detection.js'
import { type Fitted, loadDetector, networkFolder, observedWidth, saveMeasures } from './folder.js'
import type { ResidualModel } from './residual-model.js'
import { createResidualModel } from './residual-models.js'
import { chooseThreshold } from './threshold.js'

/** Share of the training rows that are held back where there is no validation part. */
const heldBack = 0.2

export interface FitDetectorOptions extends TrainingRunOptions {
  /** Clean series that it is not trained on: they say when to stop, and what is usual. Default: the last 20 % of the training rows. */
  validation?: TimeSeries | readonly TimeSeries[]
}

/**
 * Finds anomalies by what an LSTM with attention makes of a series: what it cannot retell, or did not expect.
 *
 *     score_t = (r_t − μ)ᵀ Σ⁻¹ (r_t − μ) / F       μ and Σ: of clean data (Malhotra et al. 2016, section 2.2)
 *
 * with r the residuals of all channels, and how lively each is.
 *
 * @example
 * const detector = new AnomalyDetector({ method: { name: 'autoencoder', window: 48 } })
 * await detector.fit(normal, { output: 'models/pulse' })
 * const detection = await detector.detect(tonight)
 * console.log(detection.events, await detection.chart().toSvg())
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

  /** @throws CheckpointError when there is no detector in the folder, a damaged one, or one whose training was not finished. */
  static async load(folder: string, engine: EngineOptions = {}): Promise<AnomalyDetector> {
    const { config, fitted, model } = await loadDetector(folder, engine)
    const detector = new AnomalyDetector(config, engine)
    detector.fitted = fitted
    detector.model = model
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
    return rowsNeeded(this.config.method)
  }

  /**
   * Learns from series that are normal, or mostly so.
   * @throws DataError when a channel is missing, has no value or does not vary, or series are too short or of several frequencies.
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
    for (const one of parts.train) this.requireUsable(one, { channels, frequency }, 'train')
    for (const one of parts.validation) this.requireUsable(one, { channels, frequency }, 'validation')
    requireVarying(parts.train, channels, 'train')
    requireVarying(parts.validation, channels, 'validation')
    const { output } = run
    const model = createResidualModel(this.config, channels, this.engine)
    const result = await model.fit(parts.train, parts.validation, {
      ...run,
      ...(output === undefined ? {} : { output: networkFolder(output) }),
    })
    await this.dispose()
    this.model = model
    const scale = learnScales(
      'standard',
      parts.train.map((one) => one.select(channels).values),
      channels.length,
    ).scale
    this.fitted = await this.measure(parts.validation, { channels, frequency, scale, model })
    if (output !== undefined && result.stoppedBy !== 'interrupt') await this.saveMeasures(output)
    return result
  }

  /**
   * Scores of a series' steps, and the events among them.
   * @throws DataError when a channel is missing, the series is too short or of another frequency.
   */
  async detect(series: TimeSeries): Promise<Detection> {
    const { fitted, model } = this.requireFitted()
    this.requireUsable(series, fitted, 'series')
    const observed = await this.observe(series, { ...fitted, model })
    const { joinGap, minLength, missing } = this.config
    return new Detection({
      series,
      channels: fitted.channels,
      scores: this.score(observed, fitted),
      channelScores: channelScores(observed, fitted.channels.length, fitted.spread),
      threshold: fitted.threshold,
      joinGap,
      minLength,
      missing,
    })
  }

  /** How well it finds what is true. @param truth for each step whether it is an anomaly. */
  async evaluate(series: TimeSeries, truth: Marks): Promise<DetectionEvaluation> {
    return (await this.detect(series)).evaluate(truth)
  }

  /** Saves settings, threshold and network. */
  async save(folder: string): Promise<void> {
    const { model } = this.requireFitted()
    await model.save(networkFolder(folder))
    await this.saveMeasures(folder)
  }

  async dispose(): Promise<void> {
    await this.model?.dispose()
    this.model = null
    this.fitted = null
  }

  private async saveMeasures(folder: string): Promise<void> {
    await saveMeasures(folder, { config: this.config, fitted: this.requireFitted().fitted })
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

  private requireUsable(
    series: TimeSeries,
    { channels, frequency }: Pick<Fitted, 'channels' | 'frequency'>,
    argument: string,
  ): void {
    requireChannels(series, channels, argument)
    requireFrequency(series, frequency, { argument, learner: 'detector' })
    if (series.length >= this.leastRows) return
    throw new DataError({
      argument: argumentNamed(argument, series.name),
      expected: `at least ${this.leastRows} rows`,
      received: String(series.length),
      hint: 'Use a shorter window, or more data; of training data the last fifth is held back to validate.',
    })
  }

  /** What is usual of clean data, and where strange begins. */
  private async measure(
    validation: readonly TimeSeries[],
    known: Pick<Fitted, 'channels' | 'frequency' | 'scale'> & { model: ResidualModel },
  ): Promise<Fitted> {
    const { channels, frequency, scale } = known
    const all = await Promise.all(validation.map((one) => this.observe(one, known)))
    const rows = all.flatMap((observed) => completeRows(observed, observedWidth(this.config, channels)))
    if (rows.length === 0)
      throw new DataError({
        argument: 'validation',
        expected: 'steps at which all channels have values',
        received: 'none',
      })
    const spread = spreadOf(rows)
    const scores = all.flatMap((observed) => [...this.score(observed, { channels, spread })])
    const threshold = chooseThreshold(Float64Array.from(scores), this.config.threshold)
    return { channels, frequency, scale, spread, threshold }
  }

  /** Residuals, and how lively each channel is, `[T, F]`. */
  private async observe(
    series: TimeSeries,
    { channels, scale, model }: Pick<Fitted, 'channels' | 'scale'> & { model: ResidualModel },
  ): Promise<Float64Array> {
    const residuals = await model.residuals(series)
    const { activitySpan } = this.config
    if (activitySpan === 0) return residuals
    const C = channels.length
    const activity = activityOf(series.select(channels).values, scale, activitySpan)
    const observed = new Float64Array(2 * residuals.length)
    for (let t = 0; t < series.length; t++) {
      observed.set(residuals.subarray(t * C, (t + 1) * C), 2 * t * C)
      observed.set(activity.subarray(t * C, (t + 1) * C), (2 * t + 1) * C)
    }
    return observed
  }

  /** `[T]` */
  private score(
    observed: Float64Array,
    { channels, spread }: Pick<Fitted, 'channels' | 'spread'>,
  ): Float64Array {
    const F = spread.mean.length
    const scores = Float64Array.from({ length: observed.length / F }, (_, t) => {
      const row = observed.subarray(t * F, (t + 1) * F)
      if (row.subarray(0, channels.length).every(Number.isNaN)) return Number.NaN
      return mahalanobis(
        row.map((value, f) => (Number.isNaN(value) ? (spread.mean[f] as number) : value)),
        spread,
      )
    })
    return smoothed(scores, this.config.smoothing)
  }

  private requireFitted(): { model: ResidualModel; fitted: Fitted } {
    const { model, fitted } = this
    return requireTrained(model && fitted && { model, fitted }, this.name, {
      expected: 'a trained detector',
      hint: 'Call fit first, or AnomalyDetector.load.',
    })
  }
}

function completeRows(observed: Float64Array, F: number): Float64Array[] {
  const rows: Float64Array[] = []
  for (let at = 0; at < observed.length; at += F) {
    const row = observed.subarray(at, at + F)
    if (!row.some(Number.isNaN)) rows.push(row)
  }
  return rows
}

/** Mean of the known ones among the last `span`. */
function smoothed(scores: Float64Array, span: number): Float64Array {
  if (span === 1) return scores
  return scores.map((score, t) => {
    if (Number.isNaN(score)) return score
    const known = scores.subarray(Math.max(0, t - span + 1), t + 1).filter((value) => !Number.isNaN(value))
    return mean(known)
  })
}

/** @throws DataError when a channel has one value alone, or none. */
function requireVarying(series: readonly TimeSeries[], channels: readonly string[], argument: string): void {
  for (const channel of channels) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const one of series)
      for (const value of one.channel(channel)) {
        if (value < low) low = value
        if (value > high) high = value
      }
    if (high > low) continue
    throw new DataError({
      argument: `${argument}, channel ${JSON.stringify(channel)}`,
      expected: 'values that vary',
      received: high === low ? `${low} at every step` : 'no value',
      hint: 'Leave it out of `target`.',
    })
  }
}
