/**
 * What a forecaster's errors on a part that it was not trained on say of its intervals. With n windows of calibration, an
 * interval of coverage 1 − α takes the ⌈(n + 1)(1 − α)⌉-th smallest of
 *
 *     s = |y − ŷ|                                  a point forecast
 *     s = max(q_{α/2} − y, y − q_{1−α/2})          a forecast with quantiles
 *
 * at each step ahead and channel, and reaches that far around the forecast.
 */
import { DataError } from '@attentive/core'
import type { TimeSeries } from '../../series/index.js'
import { type Forecast, intervalLevels } from '../forecast.js'

/** s at every step and channel, `[H, C]`; NaN where the truth is not known. */
export function distances(
  forecast: Forecast,
  actual: TimeSeries,
  { coverage, hasQuantiles }: { coverage: number; hasQuantiles: boolean },
): Float64Array {
  const [low, high] = intervalLevels(coverage)
  const lower = hasQuantiles ? forecast.quantile(low).values : forecast.values
  const upper = hasQuantiles ? forecast.quantile(high).values : forecast.values
  return actual
    .select(forecast.channels)
    .values.map((y, at) => Math.max((lower[at] as number) - y, y - (upper[at] as number)))
}

/** Sorted distances of one coverage. */
export class Calibration {
  /** @param sorted for each step and channel those of the windows, rising. */
  constructor(
    readonly coverage: number,
    readonly sorted: readonly Float64Array[],
  ) {}

  /**
   * @param windows `[H, C]` for each window.
   * @throws DataError when they are too few for the coverage: 1 / (1 − coverage) − 1 at least.
   */
  static from(coverage: number, windows: readonly Float64Array[]): Calibration {
    const size = windows[0]?.length ?? 0
    const sorted = Array.from({ length: size }, (_, at) => {
      const known = knownAt(windows, at)
      requireEnough(known.length, coverage)
      return known.sort()
    })
    return new Calibration(coverage, sorted)
  }

  /** On other windows, where there are `fewest` of them; elsewhere as it was. */
  renewed(windows: readonly Float64Array[], fewest: number): Calibration {
    if (windows.length < fewest) return this
    const sorted = this.sorted.map((before, at) => {
      const known = knownAt(windows, at)
      return known.length < fewest ? before : known.sort()
    })
    return new Calibration(this.coverage, sorted)
  }

  /**
   * How far an interval reaches that misses a share `alpha`. Below 0, where an adapted level gets to when errors are
   * larger than any that was calibrated on, the largest distance is stretched: to the double at −0.1.
   */
  margin(at: number, alpha: number): number {
    const known = this.sorted[at] as Float64Array
    const distance = known[rankOf(alpha, known.length) - 1] as number
    return alpha < 0 ? distance + Math.abs(distance) * stretchOf(alpha) : distance
  }
}

/** Which of `count` distances, from 1 on, an interval reaches that misses a share `alpha`. */
export function rankOf(alpha: number, count: number): number {
  return Math.min(count, Math.max(1, Math.ceil((count + 1) * (1 - alpha) - 1e-9)))
}

/** By how much of itself the largest distance is stretched at a level below 0. */
export const stretchOf = (alpha: number) => -10 * alpha

/** Distances at one step and channel, where they are known. */
function knownAt(windows: readonly Float64Array[], at: number): Float64Array {
  const known = new Float64Array(windows.length)
  let count = 0
  for (const window of windows) {
    const distance = window[at] as number
    if (!Number.isNaN(distance)) known[count++] = distance
  }
  return known.subarray(0, count)
}

/** Windows without which an interval of this coverage has no end. */
export const fewestWindows = (coverage: number) => Math.ceil(1 / (1 - coverage) - 1e-9) - 1

function requireEnough(count: number, coverage: number): void {
  const needed = fewestWindows(coverage)
  if (count < needed)
    throw new DataError({
      argument: 'calibration',
      expected: `at least ${needed} windows for a coverage of ${coverage}`,
      received: String(count),
      hint: 'Calibrate on a longer part, or ask for a lower coverage.',
    })
}
