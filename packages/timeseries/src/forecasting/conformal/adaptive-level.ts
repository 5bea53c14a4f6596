/**
 * Adaptive conformal inference (Gibbs & Candès 2021, "Adaptive conformal inference under distribution shift", section 2):
 * where what comes is no longer like what was calibrated on, intervals are calibrated anew on the last windows that have
 * ended, and the level α is moved by what such intervals missed,
 *
 *     α_{t+1} = α_t + γ (α − missed_t)
 *
 * with `missed_t` the share of a window's steps outside of the interval that was known of when it began. The level begins
 * at α and walks along the history, channel by channel, so that it depends on the history alone.
 */
import type { Standing } from './standing.js'

/** What intervals are calibrated on anew, and how their level moves. */
export interface AdaptOptions {
  /** Last windows of the history that intervals are calibrated on; where there is not half of them, the old ones count. Default 60. */
  recent?: number
  /** Rows between them. Default 4. */
  recentStride?: number
  /** Windows of the history that the level walks along. Default 30. */
  windows?: number
  /** Rows between those. Default: half the horizon. */
  stride?: number
  /** γ. Default 0.02. */
  rate?: number
}

/** α of each channel after windows of the history, oldest first. */
export function adaptedLevels(
  windows: Iterable<Standing>,
  { coverage, channels, rate }: { coverage: number; channels: number; rate: number },
): number[] {
  const wanted = 1 - coverage
  const levels = new Array<number>(channels).fill(wanted)
  for (const window of windows)
    for (const [c, level] of levels.entries()) {
      const missed = window.shareMissed(c, channels, level)
      if (missed !== null) levels[c] = level + rate * (wanted - missed)
    }
  return levels
}
