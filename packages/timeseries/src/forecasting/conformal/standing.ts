/**
 * Where the distances of a window that has ended stand among those that were known when it began. That tells for every
 * level whether its interval held the truth, without the interval itself: s is outside iff as many of n sorted distances
 * are smaller as the interval's rank says.
 */
import { countBelow } from '../../statistics/count-below.js'
import { type Calibration, rankOf, stretchOf } from './calibration.js'

export class Standing {
  private constructor(
    /** `[H, C]` how many were smaller; −1 where the truth is not known. */
    private readonly below: Int32Array,
    /** `[H, C]` of how many. */
    private readonly among: Int32Array,
    /** `[H, C]` how far beyond the largest, in units of it. */
    private readonly beyond: Float64Array,
  ) {}

  /**
   * @param distances `[H, C]` of the window.
   * @param recent those of windows that had ended, which count where there are `fewest` of them.
   * @param before what counts elsewhere.
   */
  static of(
    distances: Float64Array,
    recent: readonly Float64Array[],
    { before, fewest }: { before: Calibration; fewest: number },
  ): Standing {
    const [below, among] = [new Int32Array(distances.length), new Int32Array(distances.length)]
    const largest = new Float64Array(distances.length).fill(Number.NEGATIVE_INFINITY)
    for (const window of recent)
      for (const [at, s] of window.entries()) {
        if (Number.isNaN(s)) continue
        among[at] = (among[at] as number) + 1
        if (s < (distances[at] as number)) below[at] = (below[at] as number) + 1
        if (s > (largest[at] as number)) largest[at] = s
      }
    for (const [at, s] of distances.entries()) {
      if ((among[at] as number) < fewest) {
        const sorted = before.sorted[at] as Float64Array
        among[at] = sorted.length
        below[at] = countBelow(sorted, s)
        largest[at] = sorted[sorted.length - 1] as number
      }
      if (Number.isNaN(s)) below[at] = -1
    }
    const beyond = distances.map((s, at) => {
      const most = largest[at] as number
      return (s - most) / Math.abs(most)
    })
    return new Standing(below, among, beyond)
  }

  /** The share of a channel's steps outside of an interval that misses `alpha`; null when none is known. */
  shareMissed(channel: number, channels: number, alpha: number): number | null {
    let [missed, known] = [0, 0]
    for (let at = channel; at < this.below.length; at += channels) {
      const below = this.below[at] as number
      if (below < 0) continue
      known++
      const isBeyondRank = below >= rankOf(alpha, this.among[at] as number)
      if (isBeyondRank && (alpha >= 0 || (this.beyond[at] as number) > stretchOf(alpha))) missed++
    }
    return known === 0 ? null : missed / known
  }
}
