/**
 * Split-conformal intervals around any forecaster (Vovk et al. 2005; for quantile forecasts Romano, Patterson & Candès
 * 2019, "Conformalized quantile regression"): how far it was off on a part that it was not trained on tells how far it
 * will be. They hold the truth with the probability asked for, at least, as long as what comes is like what was
 * calibrated on; with `adapt` they follow where it is not.
 */
import { InvalidArgumentError } from '@attentive/core'
import { requireCounts } from '../../checks.js'
import type { TimeSeries } from '../../series/index.js'
import { chunks } from '../../training/evaluation-batches.js'
import type { EngineOptions } from '../../training/run-options.js'
import { backtest } from '../backtest.js'
import { BaseForecaster } from '../base-forecaster.js'
import { BlendedForecaster } from '../blend/blended-forecaster.js'
import { Forecast, intervalLevels } from '../forecast.js'
import type { FitOptions, Forecaster, PredictOptions } from '../forecaster.js'
import { reachOf } from '../history.js'
import { loadNetworkOrBlend } from '../load.js'
import { NeuralForecaster } from '../neural-forecaster.js'
import { type AdaptOptions, adaptedLevels } from './adaptive-level.js'
import { Calibration, distances } from './calibration.js'
import { loadCalibrations, saveCalibrations } from './folder.js'
import { RecentWindows } from './recent-windows.js'

export interface ConformalOptions {
  /** Coverages that intervals can be had for. Default 0.8, 0.9 and 0.95. */
  coverages?: readonly number[]
  /** Rows between calibration windows. Default 1. */
  stride?: number
  /** Follow the last windows of each history: forecasts take longer, and longer histories help. Default false. */
  adapt?: boolean | AdaptOptions
}

export class ConformalForecaster extends BaseForecaster {
  readonly hasQuantiles = true
  private readonly recent: RecentWindows | null

  /** See `calibrate`. */
  constructor(
    readonly base: Forecaster,
    private readonly calibrations: readonly Calibration[],
    { adapt = false }: Pick<ConformalOptions, 'adapt'> = {},
  ) {
    super()
    const options = adapt === false ? null : adaptOptions(adapt === true ? {} : adapt, base.horizon)
    this.recent = options && new RecentWindows(base, this.coverages, options)
  }

  /**
   * @param calibration a part that the forecaster was not trained on, with the look-back before it.
   * @throws DataError when it has too few windows for a coverage: 1 / (1 − coverage) − 1 at least.
   *
   * @example
   * const calibrated = await ConformalForecaster.calibrate(forecaster, validation, { coverages: [0.9], adapt: true })
   * const { lower, upper } = (await calibrated.predict(history, { quantiles: [0.05, 0.95] })).interval(0.9)
   */
  static async calibrate(
    base: Forecaster,
    calibration: TimeSeries | readonly TimeSeries[],
    { coverages = [0.8, 0.9, 0.95], stride = 1, adapt = false }: ConformalOptions = {},
  ): Promise<ConformalForecaster> {
    coverages.forEach(intervalLevels)
    const { hasQuantiles } = base
    const { folds } = await backtest(base, calibration, { stride, ...(hasQuantiles ? { coverages } : {}) })
    const calibrations = coverages.map((coverage) =>
      Calibration.from(
        coverage,
        folds.map(({ forecast, actual }) => distances(forecast, actual, { coverage, hasQuantiles })),
      ),
    )
    return new ConformalForecaster(base, calibrations, { adapt })
  }

  /**
   * A network or a blend and its calibration, as `save` left them.
   * @throws CheckpointError when the folder holds no forecaster, or one that was not calibrated.
   */
  static async load(
    folder: string,
    options: Pick<ConformalOptions, 'adapt'> & EngineOptions = {},
  ): Promise<ConformalForecaster> {
    const { adapt, ...engine } = options
    const base = await loadNetworkOrBlend(folder, engine)
    const size = base.horizon * (base.target?.length ?? 0)
    const calibrations = await loadCalibrations(folder, size)
    return new ConformalForecaster(base, calibrations, adapt === undefined ? {} : { adapt })
  }

  /**
   * Saves the network or the blend, and the calibration beside it.
   * @throws InvalidArgumentError when what is calibrated is neither.
   */
  async save(folder: string): Promise<void> {
    const { base } = this
    if (!(base instanceof NeuralForecaster || base instanceof BlendedForecaster))
      throw new InvalidArgumentError({
        argument: 'save',
        expected: 'a calibrated NeuralForecaster or BlendedForecaster',
        received: base.name,
        hint: 'Other forecasters have nothing to save: make them anew and calibrate them.',
      })
    await base.save(folder)
    await saveCalibrations(folder, this.calibrations)
  }

  /** Saves the calibration alone, into the folder of the model. */
  saveCalibration(folder: string): Promise<void> {
    return saveCalibrations(folder, this.calibrations)
  }

  get name(): string {
    return `${this.base.name}, conformal`
  }

  get target(): readonly string[] | null {
    return this.base.target
  }

  get lookback(): number | null {
    return this.base.lookback
  }

  /** Rows of a history that it makes use of. */
  get reach(): number | null {
    const reach = reachOf(this.base)
    if (!this.recent || reach === null) return reach
    return reach + this.recent.reach
  }

  get horizon(): number {
    return this.base.horizon
  }

  /** Of the intervals that it was calibrated for. */
  get coverages(): readonly number[] {
    return this.calibrations.map(({ coverage }) => coverage)
  }

  /** @throws InvalidArgumentError always: margins belong to the forecaster as it was calibrated. */
  fit(_train: TimeSeries | readonly TimeSeries[], _options?: FitOptions): Promise<never> {
    throw new InvalidArgumentError({
      argument: 'fit',
      expected: 'the forecaster itself to be fitted, before it is calibrated',
      received: 'a calibrated one',
    })
  }

  /** Frees the forecaster that was calibrated. */
  async dispose(): Promise<void> {
    await this.base.dispose?.()
  }

  protected async predictAll(histories: readonly TimeSeries[], options: PredictOptions): Promise<Forecast[]> {
    const { quantiles = [], ...others } = options
    const sides = quantiles.map((level) => this.sideOf(level))
    const asked = this.base.hasQuantiles ? { ...others, quantiles } : others
    const forecasts = await this.base.predict(histories, asked)
    if (!this.recent || sides.every(({ calibration }) => calibration === null))
      return forecasts.map((forecast, i) => this.widen(forecast, histories[i] as TimeSeries, sides))
    const widened: Forecast[] = []
    for (const chunk of chunks(histories.length, historiesTogether)) {
      await this.recent.collect(
        chunk.map((i) => histories[i] as TimeSeries),
        options,
      )
      for (const i of chunk)
        widened.push(this.widen(forecasts[i] as Forecast, histories[i] as TimeSeries, sides))
    }
    return widened
  }

  private widen(forecast: Forecast, history: TimeSeries, sides: readonly Side[]): Forecast {
    const { index, channels, values, samples, attention, name } = forecast
    const used = new Set(sides.flatMap(({ calibration }) => calibration ?? []))
    const margins = new Map(
      [...used].map((calibration) => [calibration, this.marginsFor(calibration, history, channels.length)]),
    )
    const quantiles = new Map(
      sides.map(({ level, sign, calibration }) => {
        const from = this.base.hasQuantiles ? forecast.quantile(level).values : values
        const margin = calibration && margins.get(calibration)
        return [level, margin ? from.map((value, at) => value + sign * margin(at)) : from]
      }),
    )
    rearrange(quantiles, values)
    return new Forecast({ index, channels, values, quantiles, samples, attention, name })
  }

  /** How far an interval reaches at each step and channel. */
  private marginsFor(
    calibration: Calibration,
    history: TimeSeries,
    channels: number,
  ): (at: number) => number {
    const { coverage } = calibration
    const { recent } = this
    if (!recent) return (at) => calibration.margin(at, 1 - coverage)
    const { rate } = recent
    const levels = adaptedLevels(recent.walk(history, calibration), { coverage, channels, rate })
    const renewed = recent.renewed(history, calibration)
    return (at) => renewed.margin(at, levels[at % channels] as number)
  }

  private sideOf(level: number): Side {
    if (level === 0.5) return { level, sign: 0, calibration: null }
    const coverage = Math.abs(2 * level - 1)
    const calibration = this.calibrations.find((one) => Math.abs(one.coverage - coverage) < 1e-9)
    if (calibration) return { level, sign: level < 0.5 ? -1 : 1, calibration }
    throw new InvalidArgumentError({
      argument: 'quantiles',
      expected: `ends of the calibrated intervals, of coverage ${this.coverages.join(', ')}`,
      received: String(level),
      hint: 'Calibrate for this coverage, too.',
    })
  }
}

/**
 * Each interval was calibrated by itself: values are put in the order of their levels (Chernozhukov et al. 2010), with
 * the point forecast within all intervals. That covers no less.
 */
function rearrange(quantiles: ReadonlyMap<number, Float64Array>, points: Float64Array): void {
  const levels = [...quantiles.keys()].sort((a, b) => a - b)
  for (const [at, point] of points.entries()) {
    const sorted = levels.map((level) => quantiles.get(level)?.[at] as number).sort((a, b) => a - b)
    for (const [k, level] of levels.entries()) {
      const value = sorted[k] as number
      const held = level < 0.5 ? Math.min(value, point) : level > 0.5 ? Math.max(value, point) : point
      ;(quantiles.get(level) as Float64Array)[at] = held
    }
  }
}

/** Histories whose recent windows are kept in memory together. */
const historiesTogether = 16

interface Side {
  level: number
  sign: -1 | 0 | 1
  /** null for the middle. */
  calibration: Calibration | null
}

function adaptOptions(options: AdaptOptions, horizon: number): Required<AdaptOptions> {
  const {
    recent = 60,
    recentStride = 4,
    windows = 30,
    stride = Math.ceil(horizon / 2),
    rate = 0.02,
  } = options
  requireCounts(
    {
      'adapt.recent': recent,
      'adapt.recentStride': recentStride,
      'adapt.windows': windows,
      'adapt.stride': stride,
    },
    'a positive whole number',
  )
  if (!(rate > 0 && rate <= 1))
    throw new InvalidArgumentError({
      argument: 'adapt.rate',
      expected: 'a number above 0, at most 1',
      received: String(rate),
    })
  return { recent, recentStride, windows, stride, rate }
}
