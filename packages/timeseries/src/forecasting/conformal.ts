/**
 * Split-conformal intervals (Vovk et al. 2005; for quantile forecasts Romano, Patterson & Candès 2019, "Conformalized
 * quantile regression"): how far a model was off on a part that it was not trained on tells how far it will be, for each
 * step ahead and channel. With n calibration windows an interval of coverage 1 − α takes the ⌈(n + 1)(1 − α)⌉-th
 * smallest of
 *
 *     s = |y − ŷ|                                  a point forecast
 *     s = max(q_{α/2} − y, y − q_{1−α/2})          a forecast with quantiles
 *
 * and reaches that far around the forecast. It holds the truth with probability 1 − α at least, as long as what comes
 * is like what was calibrated on.
 */
import { DataError, InvalidArgumentError } from '@attentive/core'
import type { TimeSeries } from '../series/index.js'
import { backtest } from './backtest.js'
import { BaseForecaster } from './base-forecaster.js'
import { Forecast, intervalLevels } from './forecast.js'
import type { FitOptions, Forecaster, PredictOptions } from './forecaster.js'

export interface ConformalOptions {
  /** Coverages that intervals can be had for. Default 0.8, 0.9 and 0.95. */
  coverages?: readonly number[]
  /** Rows between calibration windows. Default 1. */
  stride?: number
}

interface Margins {
  coverage: number
  /** `[H, C]` */
  values: Float64Array
}

export class ConformalForecaster extends BaseForecaster {
  readonly hasQuantiles = true

  private constructor(
    private readonly base: Forecaster,
    private readonly margins: readonly Margins[],
  ) {
    super()
  }

  /**
   * @param calibration a part that the forecaster was not trained on, with the look-back before it.
   * @throws DataError when it has too few windows for a coverage: 1 / (1 − coverage) at least.
   */
  static async calibrate(
    base: Forecaster,
    calibration: TimeSeries | readonly TimeSeries[],
    { coverages = [0.8, 0.9, 0.95], stride = 1 }: ConformalOptions = {},
  ): Promise<ConformalForecaster> {
    const levels = coverages.map(intervalLevels)
    const { hasQuantiles } = base
    const { folds } = await backtest(base, calibration, {
      stride,
      ...(hasQuantiles ? { coverages } : {}),
    })
    const margins = coverages.map((coverage, k) => {
      const [low, high] = levels[k] as [number, number]
      const far = folds.map(({ forecast, actual }) => {
        const lower = hasQuantiles ? forecast.quantile(low).values : forecast.values
        const upper = hasQuantiles ? forecast.quantile(high).values : forecast.values
        return actual.values.map((y, at) => Math.max((lower[at] as number) - y, y - (upper[at] as number)))
      })
      return { coverage, values: conformalQuantiles(far, coverage) }
    })
    return new ConformalForecaster(base, margins)
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

  get horizon(): number {
    return this.base.horizon
  }

  /** @throws InvalidArgumentError always: margins belong to the forecaster as it was calibrated. */
  fit(_train: TimeSeries | readonly TimeSeries[], _options?: FitOptions): Promise<never> {
    throw new InvalidArgumentError({
      argument: 'fit',
      expected: 'the forecaster itself to be fitted, before it is calibrated',
      received: 'a calibrated one',
    })
  }

  protected async predictAll(histories: readonly TimeSeries[], options: PredictOptions): Promise<Forecast[]> {
    const { quantiles = [], ...others } = options
    const sides = quantiles.map((level) => this.sideOf(level))
    const asked = this.base.hasQuantiles ? { ...others, quantiles } : others
    const forecasts = await this.base.predict(histories, asked)
    return forecasts.map((forecast) => this.widen(forecast, sides))
  }

  private widen(forecast: Forecast, sides: readonly Side[]): Forecast {
    const { index, channels, values, samples, attention, name } = forecast
    const quantiles = new Map(
      sides.map(({ level, sign, margins }) => {
        const from = this.base.hasQuantiles ? forecast.quantile(level).values : values
        return [level, from.map((value, at) => value + sign * (margins[at] ?? 0))]
      }),
    )
    return new Forecast({ index, channels, values, quantiles, samples, attention, name })
  }

  private sideOf(level: number): Side {
    if (level === 0.5) return { level, sign: 0, margins: new Float64Array() }
    const coverage = Math.abs(2 * level - 1)
    const found = this.margins.find((margins) => Math.abs(margins.coverage - coverage) < 1e-9)
    if (found) return { level, sign: level < 0.5 ? -1 : 1, margins: found.values }
    throw new InvalidArgumentError({
      argument: 'quantiles',
      expected: `ends of the calibrated intervals, of coverage ${this.margins.map(({ coverage }) => coverage).join(', ')}`,
      received: String(level),
      hint: 'Calibrate for this coverage, too.',
    })
  }
}

interface Side {
  level: number
  sign: -1 | 0 | 1
  margins: Float64Array
}

/** The ⌈(n + 1) coverage⌉-th smallest at each place. @param far `[H, C]` for each of n windows, NaN where unknown. */
function conformalQuantiles(far: readonly Float64Array[], coverage: number): Float64Array {
  const size = far[0]?.length ?? 0
  return Float64Array.from({ length: size }, (_, at) => {
    const known = Float64Array.from(far, (one) => one[at] as number)
      .filter((value) => !Number.isNaN(value))
      .sort()
    const rank = Math.ceil((known.length + 1) * coverage - 1e-9)
    const margin = known[rank - 1]
    if (margin !== undefined) return margin
    throw new DataError({
      argument: 'calibration',
      expected: `at least ${Math.ceil(1 / (1 - coverage) - 1e-9) - 1} windows for a coverage of ${coverage}`,
      received: String(known.length),
      hint: 'Calibrate on a longer part, or ask for a lower coverage.',
    })
  })
}
