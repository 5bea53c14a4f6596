/** How far a forecaster was off in the last windows of a history. */
import type { TimeSeries } from '../../series/index.js'
import { intervalLevels } from '../forecast.js'
import type { Forecaster, PredictOptions } from '../forecaster.js'
import { firstRowSeen, historyBefore, reachOf } from '../history.js'
import type { AdaptOptions } from './adaptive-level.js'
import { type Calibration, distances, fewestWindows } from './calibration.js'
import { Standing } from './standing.js'

/** Windows that are remembered: rolling origins ask for the same ones again and again. */
const mostRemembered = 4096

/** Of a window that has ended, for each coverage. */
interface KnownWindow {
  /** `[H, C]` */
  distances: readonly Float64Array[]
  /** Found when they are first asked for. */
  standings: Standing[]
}

export class RecentWindows {
  /** By series and time of the origin. */
  private readonly known = new Map<string, KnownWindow>()

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
        const key = this.keyOf(history, row)
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
      this.known.set(key, {
        distances: coverages.map((coverage) => distances(forecast, actual, { coverage, hasQuantiles })),
        standings: [],
      })
    }
  }

  /** The windows that the level walks along, oldest first. */
  *walk(history: TimeSeries, calibration: Calibration): Generator<Standing> {
    const place = this.coverages.indexOf(calibration.coverage)
    for (const row of this.walkedRows(history)) {
      const window = this.known.get(this.keyOf(history, row))
      if (!window) continue
      if (this.isSeenWhole(row)) {
        window.standings[place] ??= this.standingAt(history, row, { window, place, calibration })
        yield window.standings[place]
      } else yield this.standingAt(history, row, { window, place, calibration })
    }
  }

  private standingAt(
    history: TimeSeries,
    row: number,
    { window, place, calibration }: { window: KnownWindow; place: number; calibration: Calibration },
  ): Standing {
    const recent = this.recentAt(history, row, place)
    const fewest = this.fewest(calibration)
    return Standing.of(window.distances[place] as Float64Array, recent, { before: calibration, fewest })
  }

  /** By the last windows of a history; where they are too few, as it was. */
  renewed(history: TimeSeries, calibration: Calibration): Calibration {
    const place = this.coverages.indexOf(calibration.coverage)
    return calibration.renewed(this.recentAt(history, history.length, place), this.fewest(calibration))
  }

  private fewest({ coverage }: Calibration): number {
    return Math.max(Math.ceil(this.options.recent / 2), fewestWindows(coverage))
  }

  /** Distances of the last windows that have ended before row `origin`. */
  private recentAt(history: TimeSeries, origin: number, place: number): Float64Array[] {
    return this.recentRows(origin).flatMap(
      (row) => this.known.get(this.keyOf(history, row))?.distances[place] ?? [],
    )
  }

  /** γ */
  get rate(): number {
    return this.options.rate
  }

  /** Rows of a history, before its end, that the oldest window begins at. */
  get reach(): number {
    const { recent, recentStride, windows, stride } = this.options
    return 2 * this.base.horizon + (windows - 1) * stride + (recent - 1) * recentStride
  }

  /** Origins of all windows that are looked at. */
  private rows(history: TimeSeries): Set<number> {
    const walked = this.walkedRows(history)
    const origins = [...walked, history.length]
    return new Set([...walked, ...origins.flatMap((origin) => this.recentRows(origin))])
  }

  private walkedRows({ length }: TimeSeries): number[] {
    return this.rowsBefore(length, this.options.windows, this.options.stride)
  }

  private recentRows(origin: number): number[] {
    return this.rowsBefore(origin, this.options.recent, this.options.recentStride)
  }

  /** Origins of the last windows that have ended before row `end`, oldest first. */
  private rowsBefore(end: number, count: number, stride: number): number[] {
    const first = this.base.lookback ?? 1
    const rows: number[] = []
    for (let row = end - this.base.horizon; row >= first && rows.length < count; row -= stride)
      rows.unshift(row)
    return rows
  }

  /** Whether what was known at a row would be the same in a history that begins earlier. */
  private isSeenWhole(row: number): boolean {
    const { recent, recentStride } = this.options
    const oldest = row - this.base.horizon - (recent - 1) * recentStride
    const reach = reachOf(this.base)
    return reach !== null && oldest >= reach
  }

  private forget(): void {
    for (const key of this.known.keys()) {
      if (this.known.size <= mostRemembered) return
      this.known.delete(key)
    }
  }

  /** Of the series, the time, where what the forecaster sees begins, and what was measured: series may share a name. */
  private keyOf({ name, index, values, channels }: TimeSeries, row: number): string {
    const C = channels.length
    const begin = index.milliseconds(firstRowSeen(row, this.base))
    return `${name}\n${index.milliseconds(row)}\n${begin}\n${values.subarray((row - 1) * C, (row + 1) * C)}`
  }
}
