/**
 * Adaptive conformal inference (Gibbs & Candès 2021, "Adaptive conformal inference under distribution shift", section
 * 2): where what comes is no longer like what was calibrated on, the level α is moved by what was missed of late,
 *
 *     α_{t+1} = α_t + γ (α − missed_t)
 *
 * with `missed_t` the share of a window's steps outside of its interval. It begins at α and walks along the last windows
 * of the history, channel by channel, so that it depends on the history alone.
 */
import type { Calibration } from './calibration.js'

/** Where windows are drawn from and how fast the level moves. */
export interface AdaptOptions {
  /** Last windows of the history that are walked along. Default 30. */
  windows?: number
  /** Rows between them. Default: the horizon, so that each has news. */
  stride?: number
  /** γ. Default 0.05. */
  rate?: number
}

/** α of each channel after these windows, oldest first. @param windows their distances, `[H, C]`. */
export function adaptedLevels(
  calibration: Calibration,
  windows: readonly Float64Array[],
  { channels, rate }: { channels: number; rate: number },
): number[] {
  const wanted = 1 - calibration.coverage
  const levels = new Array<number>(channels).fill(wanted)
  for (const window of windows)
    for (const [c, level] of levels.entries()) {
      const missed = shareMissed(calibration, window, { c, channels, level })
      if (missed !== null) levels[c] = level + rate * (wanted - missed)
    }
  return levels
}

function shareMissed(
  calibration: Calibration,
  window: Float64Array,
  { c, channels, level }: { c: number; channels: number; level: number },
): number | null {
  let [missed, known] = [0, 0]
  for (let at = c; at < window.length; at += channels) {
    const distance = window[at] as number
    if (Number.isNaN(distance)) continue
    known++
    if (distance > calibration.margin(at, level)) missed++
  }
  return known === 0 ? null : missed / known
}
