/** Errors of many forecasts, summed as they come: nothing is kept but a few numbers for each step ahead and channel. */
import { seasonalScale, coverage as shareWithin } from '../metrics/index.js'
import type { TimeSeries } from '../series/index.js'
import { listOf } from '../series/lists.js'
import { mean as meanOf } from '../statistics/mean.js'
import type { Forecast } from './forecast.js'

export interface ForecastScores {
  /** Forecasts that were compared. */
  windows: number
  mae: number
  mse: number
  rmse: number
  /** In percent; see `metrics`. */
  mape: number
  smape: number
  /** Mean absolute scaled error, mean over channels; null without a training part to scale by. */
  mase: number | null
  /** Errors of values divided by the scale of their channel: what the literature on long horizons reports. */
  standardised: { mse: number; mae: number } | null
  /** For each step ahead. */
  byHorizon: { mae: number[]; mse: number[] }
  byChannel: { channel: string; mae: number; mse: number }[]
  /** Share of truths within each central interval that was asked for. */
  intervals: { coverage: number; measured: number; width: number }[]
}

export interface ScoreOptions {
  /** Divides the errors of each channel, for `standardised`. */
  scale?: readonly number[] | null
  /** For MASE: what came before, a series for each that is forecast, known by name; and the steps of a season. */
  train?: TimeSeries | readonly TimeSeries[]
  period?: number
  /** Central intervals to be checked. */
  coverages?: readonly number[]
}

interface Sums {
  absolute: Float64Array
  squared: Float64Array
  percentage: Float64Array
  symmetric: Float64Array
  count: Float64Array
  nonZero: Float64Array
  /** Absolute errors by the seasonal scale of their series and channel, and how many have one. */
  scaled: Float64Array
  scaledCount: Float64Array
}

export class ScoreSums {
  private readonly sums: Sums
  private readonly within: { coverage: number; inside: number; width: number; count: number }[]
  /** By the name of a series, a number for each channel. */
  private readonly seasonalScales: ReadonlyMap<string, readonly number[]>
  private windows = 0

  constructor(
    private readonly horizon: number,
    private readonly channels: readonly string[],
    private readonly options: ScoreOptions = {},
  ) {
    const zeros = () => new Float64Array(horizon * channels.length)
    this.sums = {
      absolute: zeros(),
      squared: zeros(),
      percentage: zeros(),
      symmetric: zeros(),
      count: zeros(),
      nonZero: zeros(),
      scaled: zeros(),
      scaledCount: zeros(),
    }
    const { train, period } = options
    this.seasonalScales = new Map(
      period === undefined || !train
        ? []
        : listOf(train).map((one) => [
            one.name,
            channels.map((channel) => seasonalScale(one.channel(channel), period)),
          ]),
    )
    this.within = (options.coverages ?? []).map((coverage) => ({ coverage, inside: 0, width: 0, count: 0 }))
  }

  /** @param actual what came, the steps of the forecast. */
  add(forecast: Forecast, actual: TimeSeries): void {
    const truth = actual.select(this.channels).values
    const { absolute, squared, percentage, symmetric, count, nonZero, scaled, scaledCount } = this.sums
    const scales = this.seasonalScales.get(forecast.name)
    for (let at = 0; at < truth.length; at++) {
      const [y, f] = [truth[at] as number, forecast.values[at] as number]
      if (Number.isNaN(y)) continue
      const error = Math.abs(y - f)
      absolute[at] = (absolute[at] as number) + error
      squared[at] = (squared[at] as number) + error * error
      symmetric[at] =
        (symmetric[at] as number) + (error === 0 ? 0 : (200 * error) / (Math.abs(y) + Math.abs(f)))
      count[at] = (count[at] as number) + 1
      const scale = scales?.[at % this.channels.length] ?? 0
      if (scale > 0) {
        scaled[at] = (scaled[at] as number) + error / scale
        scaledCount[at] = (scaledCount[at] as number) + 1
      }
      if (y === 0) continue
      percentage[at] = (percentage[at] as number) + (100 * error) / Math.abs(y)
      nonZero[at] = (nonZero[at] as number) + 1
    }
    for (const interval of this.within) this.addInterval(interval, forecast, truth)
    this.windows++
  }

  private addInterval(interval: ScoreSums['within'][number], forecast: Forecast, truth: Float64Array): void {
    const { lower, upper } = forecast.interval(interval.coverage)
    const known = truth.filter((y) => !Number.isNaN(y)).length
    if (known === 0) return
    interval.inside += shareWithin(truth, lower.values, upper.values) * known
    interval.width += upper.values.reduce((sum, high, i) => {
      return Number.isNaN(truth[i]) ? sum : sum + high - (lower.values[i] as number)
    }, 0)
    interval.count += known
  }

  result(): ForecastScores {
    const { absolute, squared, percentage, symmetric, count, nonZero } = this.sums
    const C = this.channels.length
    const all = () => true
    const mean = (sums: Float64Array, counts: Float64Array, at: (i: number) => boolean) =>
      total(sums, at) / total(counts, at)
    const mse = mean(squared, count, all)
    const step = (h: number) => (i: number) => Math.floor(i / C) === h
    const steps = Array.from({ length: this.horizon }, (_, h) => h)
    return {
      windows: this.windows,
      mae: mean(absolute, count, all),
      mse,
      rmse: Math.sqrt(mse),
      mape: mean(percentage, nonZero, all),
      smape: mean(symmetric, count, all),
      mase: this.mase(),
      standardised: this.standardised(),
      byHorizon: {
        mae: steps.map((h) => mean(absolute, count, step(h))),
        mse: steps.map((h) => mean(squared, count, step(h))),
      },
      byChannel: this.channels.map((channel, c) => ({
        channel,
        mae: mean(absolute, count, (i) => i % C === c),
        mse: mean(squared, count, (i) => i % C === c),
      })),
      intervals: this.within.map(({ coverage, inside, width, count }) => ({
        coverage,
        measured: inside / count,
        width: width / count,
      })),
    }
  }

  private standardised(): ForecastScores['standardised'] {
    const { scale } = this.options
    if (!scale) return null
    const C = this.channels.length
    const { absolute, squared, count } = this.sums
    const scaled = (sums: Float64Array, power: number) =>
      sums.reduce((sum, value, i) => sum + value / (scale[i % C] as number) ** power, 0) / total(count)
    return { mse: scaled(squared, 2), mae: scaled(absolute, 1) }
  }

  private mase(): number | null {
    const { scaled, scaledCount } = this.sums
    const C = this.channels.length
    const perChannel = this.channels.map((_, c) => {
      const at = (i: number) => i % C === c
      return total(scaled, at) / total(scaledCount, at)
    })
    const known = perChannel.filter(Number.isFinite)
    return known.length === 0 ? null : meanOf(known)
  }
}

function total(sums: Float64Array, at: (i: number) => boolean = () => true): number {
  return sums.reduce((sum, value, i) => (at(i) ? sum + value : sum), 0)
}
