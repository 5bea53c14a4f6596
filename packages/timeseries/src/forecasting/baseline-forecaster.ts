/** The simple forecasts behind the interface of all models. Channels are forecast one by one, from the history alone. */
import { InvalidArgumentError } from '@attentive/core'
import {
  type BaselineName,
  type BaselineRow,
  baselineNames,
  baselines,
  withoutHoles,
} from '../baselines/index.js'
import { requireCounts } from '../checks.js'
import { seasonLength, type TimeSeries } from '../series/index.js'
import { normalQuantile } from '../statistics/normal.js'
import { BaseForecaster } from './base-forecaster.js'
import { Forecast } from './forecast.js'
import type { PredictOptions } from './forecaster.js'

export interface BaselineOptions {
  name: BaselineName
  /** Steps that it forecasts when not asked for another number. */
  horizon: number
  /** Channels to forecast. Default: all. */
  target?: readonly string[]
  /** Steps of a season. Default: what the frequency suggests, a day for hours and a week for days. */
  period?: number
}

/** Has nothing to learn: `fit` may be left out. */
export class BaselineForecaster extends BaseForecaster {
  readonly name: BaselineName
  readonly lookback = null
  readonly hasQuantiles = true
  readonly horizon: number
  private readonly row: BaselineRow

  /** @throws InvalidArgumentError on an unknown name, or a horizon or period that is no positive whole number. */
  constructor(private readonly options: BaselineOptions) {
    super()
    const { name, horizon, period = 1 } = options
    if (!Object.hasOwn(baselines, name))
      throw new InvalidArgumentError({
        argument: 'name',
        expected: `one of ${baselineNames.join(', ')}`,
        received: String(name),
      })
    requireCounts({ horizon, period })
    this.name = name
    this.horizon = horizon
    this.row = baselines[name]
  }

  get target(): readonly string[] | null {
    return this.options.target ?? null
  }

  async fit(): Promise<void> {}

  protected async predictAll(histories: readonly TimeSeries[], options: PredictOptions): Promise<Forecast[]> {
    return histories.map((history) => this.forecast(history, options))
  }

  private forecast(
    history: TimeSeries,
    { horizon = this.horizon, quantiles = [] }: PredictOptions,
  ): Forecast {
    const channels = this.options.target ?? history.channels
    const period = this.options.period ?? seasonLength(history.index.frequency)
    const C = channels.length
    const parts = channels.map((channel) =>
      this.row.forecast(withoutHoles(history.channel(channel)), horizon, period),
    )
    const gathered = (value: (c: number, h: number) => number) =>
      Float64Array.from({ length: horizon * C }, (_, at) => value(at % C, Math.floor(at / C)))
    const mean = (c: number, h: number) => parts[c]?.mean[h] as number
    const deviation = (c: number, h: number) => parts[c]?.standardDeviation[h] as number
    return new Forecast({
      index: history.index.after(horizon),
      channels,
      values: gathered(mean),
      quantiles: new Map(
        quantiles.map((level) => {
          const z = normalQuantile(level)
          return [level, gathered((c, h) => mean(c, h) + z * deviation(c, h))]
        }),
      ),
      name: history.name,
    })
  }
}
