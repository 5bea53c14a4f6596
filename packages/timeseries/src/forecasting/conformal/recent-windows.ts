/** How far a forecaster was off in the last windows of a history. */
import type { TimeSeries } from '../../series/index.js'
import { intervalLevels } from '../forecast.js'
import type { Forecaster, PredictOptions } from '../forecaster.js'
import { historyBefore } from '../history.js'
import type { AdaptOptions } from './adaptive-level.js'
import { distances } from './calibration.js'

/** Windows that are remembered: rolling origins ask for the same ones again and again. */
const mostRemembered = 4096

export class RecentWindows {
  /** Distances by series and time of the origin, one for each coverage. */
  private readonly known = new Map<string, readonly Float64Array[]>()

  constructor(
    private readonly base: Forecaster,
    private readonly coverages: readonly number[],
    private readonly options: Required<AdaptOptions>,
  ) {}

  /** Forecasts all windows of the histories that are not known yet. */
  async collect(histories: readonly TimeSeries[], { seed, samples }: PredictOptions): Promise<void> {
    this.forget()
    const missing = new Map<string, { history: TimeSeries; row: number }>()
    for (const history of histories)
      for (const row of this.rows(history)) {
        const key = keyOf(history, row)
        if (!this.known.has(key)) missing.set(key, { history, row })
      }
    const windows = [...missing.values()]
    if (windows.length === 0) return
    const { base, coverages } = this
    const { hasQuantiles, horizon } = base
    const forecasts = await base.predict(
      windows.map(({ history, row }) => historyBefore(history, row, base)),
      {
        ...(seed === undefined ? {} : { seed }),
        ...(samples === undefined ? {} : { samples }),
        ...(hasQuantiles ? { quantiles: coverages.flatMap(intervalLevels) } : {}),
        // What was known beforehand of steps that have passed is in the history.
        future: windows.map(({ history }) => history),
        missingFuture: 'previous',
      },
    )
    for (const [i, key] of [...missing.keys()].entries()) {
      const { history, row } = windows[i] as (typeof windows)[number]
      const forecast = forecasts[i] as (typeof forecasts)[number]
      const actual = history.slice(row, row + horizon)
      this.known.set(
        key,
        coverages.map((coverage) => distances(forecast, actual, { coverage, hasQuantiles })),
      )
    }
  }

  /** `[H, C]` for each window, oldest first. */
  of(history: TimeSeries, coverage: number): Float64Array[] {
    const place = this.coverages.indexOf(coverage)
    return this.rows(history).flatMap((row) => this.known.get(keyOf(history, row))?.[place] ?? [])
  }

  /** Origins of the last windows that have ended, oldest first. */
  private rows({ length }: TimeSeries): number[] {
    const { lookback, horizon } = this.base
    const { windows, stride } = this.options
    const rows: number[] = []
    for (let row = length - horizon; row >= (lookback ?? 1) && rows.length < windows; row -= stride)
      rows.unshift(row)
    return rows
  }

  private forget(): void {
    for (const key of this.known.keys()) {
      if (this.known.size <= mostRemembered) return
      this.known.delete(key)
    }
  }
}

/** Of the series, the time, and what was measured there: two series may have one name, or none. */
function keyOf({ name, index, values, channels }: TimeSeries, row: number): string {
  const C = channels.length
  return `${name}\n${index.milliseconds(row)}\n${values.subarray((row - 1) * C, (row + 1) * C)}`
}
