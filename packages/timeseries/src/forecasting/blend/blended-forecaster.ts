/** BlendedForecaster: networks that are trusted as far as they earned it, and a simple method for the rest. */
import { InvalidArgumentError } from '@attentive/core'
import type { BaselineName } from '../../baselines/index.js'
import { requireCounts, requireHorizon } from '../../checks.js'
import type { TimeSeries } from '../../series/index.js'
import type { EngineOptions } from '../../training/run-options.js'
import { backtest } from '../backtest.js'
import { BaseForecaster } from '../base-forecaster.js'
import { BaselineForecaster } from '../baseline-forecaster.js'
import { Forecast } from '../forecast.js'
import type { FitOptions, Forecaster, PredictOptions } from '../forecaster.js'
import { NeuralForecaster } from '../neural-forecaster.js'
import { departureWindows } from './departures.js'
import { loadBlend, saveBlend } from './folder.js'
import { learnWeights } from './learn-weights.js'

export interface BlendOptions {
  /** What to stay near, and the steps of its season where it has one. Default `naive`, the last value. */
  simple?: { name: BaselineName; period?: number | undefined }
  /** Rows between the windows that weights are learnt from. Default 1. */
  stride?: number
  /** Row of the first step that is forecast there, where more is known before than the look-back. Default: the look-back. */
  start?: number
}

/**
 * A blend of one network, or the mean of several, with a simple method,
 *
 *     ŷ_h = b_h + s_h (f_h − b_h),     0 ≤ s_h ≤ 1
 *
 * with weights s `[H, C]` learnt on a validation part (Bates & Granger 1969). Quantiles are blended like points (Lichtendahl
 * et al. 2013, "Is it better to average probabilities or quantiles?"). Where the validation part cannot tell the networks'
 * advantage from chance, s is 0: a random walk is forecast by its last value.
 *
 * @example
 * await network.fit(train, { validation })
 * const blended = await BlendedForecaster.learn(network, validation, { simple: { name: 'seasonal-naive' } })
 * const forecast = await blended.predict(history)
 */
export class BlendedForecaster extends BaseForecaster {
  readonly networks: readonly Forecaster[]
  private readonly options: Required<Pick<BlendOptions, 'simple' | 'stride'>> & BlendOptions
  private learnt: { weights: Float32Array; simple: BaselineForecaster } | null = null

  /** @throws InvalidArgumentError when there is no network, or they are of several horizons, or options make no sense. */
  constructor(
    networks: Forecaster | readonly Forecaster[],
    { simple = { name: 'naive' }, stride = 1, ...others }: BlendOptions = {},
  ) {
    super()
    this.networks = isList(networks) ? networks : [networks]
    this.options = { simple, stride, ...others }
    requireCounts({ stride, start: others.start ?? 1 }, 'a positive whole number of rows')
    requireAlike(this.networks)
    // Refuses unknown names and odd seasons before anything is trained.
    new BaselineForecaster({ ...simple, horizon: this.horizon })
  }

  /**
   * Blends networks that are fitted already.
   * @param validation a part that they were not trained on, with the look-back before it: four horizons, at least.
   * @throws InvalidArgumentError when they forecast other channels or horizons than each other.
   * @throws DataError when the part is too short.
   */
  static async learn(
    networks: Forecaster | readonly Forecaster[],
    validation: TimeSeries | readonly TimeSeries[],
    options: BlendOptions = {},
  ): Promise<BlendedForecaster> {
    const blended = new BlendedForecaster(networks, options)
    await blended.learn(validation)
    return blended
  }

  /** @throws CheckpointError when the folder holds no blend, a damaged one, or networks that do not belong together. */
  static async load(folder: string, engine: EngineOptions = {}): Promise<BlendedForecaster> {
    const { networks, simple, weights } = await loadBlend(folder, engine)
    const blended = new BlendedForecaster(networks, { simple })
    blended.learnt = { weights, simple: blended.simpleFor(targetOf(networks)) }
    return blended
  }

  get name(): string {
    return `${[...new Set(this.networks.map(({ name }) => name))].join(', ')} and ${this.options.simple.name}`
  }

  get target(): readonly string[] | null {
    return this.learnt?.simple.target ?? null
  }

  /** The longest of the networks'. */
  get lookback(): number | null {
    const all = this.networks.flatMap(({ lookback }) => lookback ?? [])
    return all.length === 0 ? null : Math.max(...all)
  }

  /** All: the simple method reads what there is. */
  get reach(): null {
    return null
  }

  get horizon(): number {
    return (this.networks[0] as Forecaster).horizon
  }

  /** Whether all that is blended has them; `ConformalForecaster` gives them to any. */
  get hasQuantiles(): boolean {
    return this.networks.every(({ hasQuantiles }) => hasQuantiles)
  }

  /** How far the networks are followed at each step ahead and channel, `[H, C]`, 0 … 1; null before weights are learnt. */
  get weights(): Float32Array | null {
    return this.learnt?.weights ?? null
  }

  /**
   * Fits the networks, then the weights.
   * @throws InvalidArgumentError without a validation part.
   * @throws DataError when series do not suit the networks, or the validation part is too short.
   */
  async fit(train: TimeSeries | readonly TimeSeries[], { validation }: FitOptions = {}): Promise<void> {
    if (!validation)
      throw new InvalidArgumentError({
        argument: 'validation',
        expected: 'a later part, which weights are learnt on',
        received: 'none',
      })
    for (const network of this.networks) await network.fit(train, { validation })
    await this.learn(validation)
  }

  /**
   * Saves networks and weights.
   * @throws InvalidArgumentError when one is no NeuralForecaster, or weights are not learnt.
   */
  async save(folder: string): Promise<void> {
    const { weights } = this.requireLearnt()
    const networks = this.networks.filter((one) => one instanceof NeuralForecaster)
    const other = this.networks.find((one) => !(one instanceof NeuralForecaster))
    if (other)
      throw new InvalidArgumentError({
        argument: 'save',
        expected: 'a blend of NeuralForecasters',
        received: other.name,
        hint: 'Make the others anew and learn the weights again.',
      })
    await saveBlend(folder, { simple: this.options.simple, networks, weights })
  }

  /** Frees the networks. */
  async dispose(): Promise<void> {
    for (const network of this.networks) await network.dispose?.()
  }

  protected async predictAll(histories: readonly TimeSeries[], options: PredictOptions): Promise<Forecast[]> {
    const { weights, simple } = this.requireLearnt()
    const { horizon = this.horizon, quantiles = [] } = options
    requireHorizon(horizon, this.horizon)
    if (quantiles.length > 0) this.requireQuantiles()
    const near = await simple.predict(histories, { horizon, quantiles })
    const far: Forecast[][] = []
    for (const network of this.networks) far.push(await network.predict(histories, options))
    return near.map((b, i) => {
      const members = far.map((forecasts) => forecasts[i] as Forecast)
      const blend = (values: (forecast: Forecast) => Float64Array) =>
        blended(values(b), meanOf(members.map(values)), weights)
      const { index, channels, name } = b
      return new Forecast({
        index,
        channels,
        name,
        values: blend(({ values }) => values),
        quantiles: new Map(
          quantiles.map((level) => [level, blend((forecast) => forecast.quantile(level).values)]),
        ),
        attention: members.length === 1 ? (members[0] as Forecast).attention : null,
      })
    })
  }

  private async learn(validation: TimeSeries | readonly TimeSeries[]): Promise<void> {
    const target = targetOf(this.networks)
    const simple = this.simpleFor(target)
    const { stride } = this.options
    const windows = { stride, start: Math.max(this.options.start ?? 1, this.lookback ?? 1) }
    const { folds } = await backtest(simple, validation, windows)
    const members: Float64Array[][] = []
    for (const network of this.networks) {
      const { folds } = await backtest(network, validation, windows)
      members.push(folds.map(({ forecast }) => forecast.values))
    }
    const means = folds.map((_, i) => meanOf(members.map((values) => values[i] as Float64Array)))
    const sizes = { channels: target.length, horizon: this.horizon }
    this.learnt = { simple, weights: learnWeights(departureWindows(folds, means), sizes) }
  }

  private simpleFor(target: readonly string[]): BaselineForecaster {
    return new BaselineForecaster({ ...this.options.simple, horizon: this.horizon, target })
  }

  private requireLearnt() {
    if (this.learnt) return this.learnt
    throw new InvalidArgumentError({
      argument: this.name,
      expected: 'a blend with weights',
      received: 'one before they are learnt',
      hint: 'Call fit first, or BlendedForecaster.learn.',
    })
  }

  private requireQuantiles(): void {
    if (this.hasQuantiles) return
    throw new InvalidArgumentError({
      argument: 'quantiles',
      expected: 'none, as not all that is blended has them',
      received: 'some',
      hint: 'Train networks with `likelihood: { type: "quantiles" }`, or put a ConformalForecaster around the blend.',
    })
  }
}

/** b + s (f − b) */
function blended(simple: Float64Array, network: Float64Array, weights: Float32Array): Float64Array {
  return simple.map((b, at) => b + (weights[at] as number) * ((network[at] as number) - b))
}

function meanOf(tables: readonly Float64Array[]): Float64Array {
  const [first] = tables as [Float64Array]
  return first.map((_, at) => tables.reduce((sum, table) => sum + (table[at] as number), 0) / tables.length)
}

function isList(networks: Forecaster | readonly Forecaster[]): networks is readonly Forecaster[] {
  return Array.isArray(networks)
}

function requireAlike(networks: readonly Forecaster[]): void {
  const horizons = [...new Set(networks.map(({ horizon }) => horizon))]
  if (horizons.length === 1) return
  throw new InvalidArgumentError({
    argument: 'networks',
    expected: 'at least one, all of the same horizon',
    received: networks.length === 0 ? 'none' : `horizons ${horizons.join(', ')}`,
  })
}

/** The channels that all forecast, in one order. */
function targetOf(networks: readonly Forecaster[]): readonly string[] {
  const texts = new Set(networks.map(({ target }) => JSON.stringify(target)))
  const [first] = networks as [Forecaster]
  if (texts.size === 1 && first.target) return first.target
  throw new InvalidArgumentError({
    argument: 'networks',
    expected: 'fitted ones that forecast the same channels, in the same order',
    received: [...texts].join(', '),
  })
}
