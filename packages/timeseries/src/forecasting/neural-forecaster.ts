/** NeuralForecaster: any of the networks behind the interface of all models. */
import {
  DataError,
  InvalidArgumentError,
  type SaveModelOptions,
  saveModelFolder,
  type TrainResult,
} from '@attentive/core'
import type { TimeSeries } from '../series/index.js'
import { listOf } from '../series/lists.js'
import { requireTrained } from '../training/require-trained.js'
import type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
import { BaseForecaster } from './base-forecaster.js'
import { type ForecastConfig, type ParsedForecastConfig, parseForecastConfig } from './config.js'
import { learnFrom, prepare, requireLike } from './fitted.js'
import { createParts, describeFolder, forecastCard, loadTrained } from './folder.js'
import type { Forecast } from './forecast.js'
import type { FitOptions, PredictOptions } from './forecaster.js'
import { createLikelihood } from './likelihoods/index.js'
import { networks } from './networks/index.js'
import { Predictor, type TrainedParts } from './predictor.js'
import { trainNetwork } from './train.js'
import { Windows } from './windows.js'

export interface FitNetworkOptions extends FitOptions, TrainingRunOptions {}

/**
 * A network that forecasts: one model for one series or thousands.
 *
 * @example
 * const [train, validation, test] = splitSeries(series, [0.7, 0.1, 0.2], { overlap: 96 })
 * const forecaster = new NeuralForecaster({
 *   model: { name: 'segrnn' }, lookback: 96, horizon: 24, likelihood: { type: 'quantiles' },
 * })
 * await forecaster.fit(train, { validation, output: 'models/load' })
 * const forecast = await forecaster.predict(test.slice(0, 96), { quantiles: [0.05, 0.95] })
 */
export class NeuralForecaster extends BaseForecaster {
  readonly config: ParsedForecastConfig
  private trained: TrainedParts | null = null
  private predictor: Predictor | null = null

  /** @throws InvalidArgumentError naming the settings that are wrong. */
  constructor(
    config: ForecastConfig,
    private readonly engine: EngineOptions = {},
  ) {
    super()
    this.config = parseForecastConfig(config)
    this.requireReadable()
  }

  /** @throws CheckpointError when there is no forecaster in the folder, or a damaged one. */
  static async load(folder: string, engine: EngineOptions = {}): Promise<NeuralForecaster> {
    const trained = await loadTrained(folder)
    const forecaster = new NeuralForecaster(trained.config, engine)
    forecaster.trained = trained
    return forecaster
  }

  get name(): string {
    return this.config.model.name
  }

  get lookback(): number {
    return this.config.lookback
  }

  get horizon(): number {
    return this.config.horizon
  }

  get hasQuantiles(): boolean {
    return createLikelihood(this.config.likelihood).quantiles !== null
  }

  /** Coverages of the central intervals that it gives of itself: those it was trained for, or usual ones of a distribution. */
  get coverages(): readonly number[] {
    return createLikelihood(this.config.likelihood).coverages
  }

  get target(): readonly string[] | null {
    return this.trained?.fitted.roles.target ?? null
  }

  /**
   * What errors of each target are divided by to be those of scaled values; null before `fit`, and with a `transform`:
   * then scales are of transformed values, of which errors are none.
   */
  get scale(): readonly number[] | null {
    const { transform, scales } = this.trained?.fitted ?? {}
    return transform?.name === 'none' ? (scales?.target.scale ?? null) : null
  }

  /** Trained numbers; 0 before `fit`. */
  get parameterCount(): number {
    return this.trained?.parts.network.parameterCount() ?? 0
  }

  /**
   * Learns scales from the training part, then the network. The result has the weights of the best validation, without
   * one the last (averaged) weights. An interrupted run returns, too: see `stoppedBy`.
   *
   * @throws DataError when the series do not belong together, or none is as long as a window.
   * @throws StorageError when the output folder cannot be written to.
   * @throws NumericalError when the loss turns NaN.
   */
  async fit(
    train: TimeSeries | readonly TimeSeries[],
    { validation, ...run }: FitNetworkOptions = {},
  ): Promise<TrainResult> {
    const { config } = this
    const fitted = learnFrom(listOf(train), config)
    const parts = createParts(config, fitted)
    const trained = { config, fitted, parts }
    const windowsOf = (series: readonly TimeSeries[], argument: string, stride: number) => {
      for (const one of series) requireLike(one, fitted, argument)
      return this.windows(trained, series, { argument, stride })
    }
    const result = await trainNetwork({
      parts,
      config,
      windows: windowsOf(listOf(train), 'train', config.training.stride),
      validation: validation ? windowsOf(listOf(validation), 'validation', 1) : null,
      describe: () => describeFolder(trained),
      engine: this.engine,
      run,
    })
    await this.forget()
    this.trained = trained
    if (run.output !== undefined) {
      const card = forecastCard(trained, result)
      await saveModelFolder(run.output, {
        ...describeFolder(trained, card),
        weights: parts.network.stateDict(),
      })
    }
    return result
  }

  protected async predictAll(histories: readonly TimeSeries[], options: PredictOptions): Promise<Forecast[]> {
    this.predictor ??= new Predictor(this.requireTrained(), this.engine)
    return this.predictor.predict(histories, options)
  }

  /** Saves settings, scales and weights. */
  async save(folder: string, options: SaveModelOptions = {}): Promise<void> {
    const trained = this.requireTrained()
    const weights = trained.parts.network.stateDict()
    await saveModelFolder(folder, { ...describeFolder(trained), weights }, options)
  }

  /** Frees the compiled graphs and the network's tensors. */
  async dispose(): Promise<void> {
    await this.forget()
    this.trained?.parts.network.dispose()
  }

  private async forget(): Promise<void> {
    await this.predictor?.dispose()
    this.predictor = null
  }

  private requireTrained(): TrainedParts {
    return requireTrained(this.trained, this.name, { hint: 'Call fit first, or NeuralForecaster.load.' })
  }

  /** Settings that a network would not honour are refused. */
  private requireReadable(): void {
    const { model, past, future, statics, calendar, fourier, likelihood } = this.config
    const features = [...calendar, ...fourier.map(({ period }) => `a season of ${period}`)]
    const { covariates, samples = false } = networks[model.name]
    const ignored = { none: [...past, ...future, ...statics, ...features], known: past, all: [] }[covariates]
    if (ignored.length > 0)
      throw new InvalidArgumentError({
        argument: covariates === 'none' ? 'past, future, statics, calendar, fourier' : 'past',
        expected: `none with model "${model.name}", which reads ${covariates === 'none' ? 'its targets alone' : 'what is known of the horizon'}`,
        received: ignored.join(', '),
      })
    if (samples && !createLikelihood(likelihood).sample)
      throw new InvalidArgumentError({
        argument: 'likelihood',
        expected: `a distribution with model "${model.name}", which draws from it: gaussian, studentT or negativeBinomial`,
        received: likelihood.type,
      })
  }

  private windows(
    { config, fitted, parts }: TrainedParts,
    series: readonly TimeSeries[],
    { argument, stride }: { argument: string; stride: number },
  ): Windows {
    const { sizes } = parts.network
    const windows = new Windows(
      series.map((one) => prepare(one, fitted, config)),
      sizes,
      stride,
    )
    if (windows.count > 0) return windows
    const longest = Math.max(0, ...series.map(({ length }) => length))
    throw new DataError({
      argument,
      expected: `a series of at least ${sizes.lookback + sizes.horizon} rows (look-back ${sizes.lookback}, horizon ${sizes.horizon})`,
      received: `${longest} rows at most`,
      hint: 'Use a shorter look-back or horizon, or more data.',
    })
  }
}
