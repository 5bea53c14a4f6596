import { ShapeError } from '@attentive/core'
import type { PointMetric } from './point.js'

export interface WindowShape {
  /** H */
  horizon: number
  /** C */
  channels: number
}

/**
 * A metric for every step ahead, over all windows and channels.
 * @param actual `[W, H, C]`, as `forecast`.
 * @returns `[H]`
 */
export function scoreByHorizon(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  { horizon: H, channels: C }: WindowShape,
  metric: PointMetric,
): number[] {
  const W = actual.length / (H * C)
  if (!Number.isInteger(W))
    throw new ShapeError({
      argument: 'actual',
      expected: `windows of ${H} · ${C} values`,
      received: `${actual.length} values`,
    })
  const at = (values: ArrayLike<number>, h: number) =>
    Float64Array.from(
      { length: W * C },
      (_, i) => values[(Math.floor(i / C) * H + h) * C + (i % C)] as number,
    )
  return Array.from({ length: H }, (_, h) => metric(at(actual, h), at(forecast, h)))
}
