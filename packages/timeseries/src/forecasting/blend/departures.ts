/**
 * What a blend is learnt from. At each step ahead and channel of a window
 *
 *     d = f − b        how far the networks depart from the simple method
 *     e = y − b        how far they should have
 *
 * both divided by the root mean square of e over all windows there, so that steps and channels count alike: with a weight
 * s the squared error is that of the simple method, times 1 − 2 s d e + s² d² in the mean.
 */
import type { Fold } from '../backtest.js'

export interface DepartureWindow {
  /** Milliseconds of the first and last step that are forecast. */
  start: number
  end: number
  /** `[H, C]` */
  departures: Float64Array
  /** `[H, C]`; NaN where the truth is not known, or the simple method is never wrong. */
  errors: Float64Array
}

/** @param simple folds of the simple method. @param networks for each fold the mean of the networks, `[H, C]`. */
export function departureWindows(
  simple: readonly Fold[],
  networks: readonly Float64Array[],
): DepartureWindow[] {
  const windows = simple.map(({ forecast, actual }, i) => {
    const { index, values } = forecast
    return {
      start: index.milliseconds(0),
      end: index.milliseconds(index.length - 1),
      departures: values.map((b, at) => (networks[i]?.[at] as number) - b),
      errors: values.map((b, at) => (actual.values[at] as number) - b),
    }
  })
  makeRelative(windows)
  return windows
}

function makeRelative(windows: readonly DepartureWindow[]): void {
  const size = windows[0]?.errors.length ?? 0
  for (let at = 0; at < size; at++) {
    const scale = rootMeanSquare(windows, at)
    for (const { departures, errors } of windows) {
      departures[at] = (departures[at] as number) / scale
      errors[at] = scale > 0 ? (errors[at] as number) / scale : Number.NaN
    }
  }
}

function rootMeanSquare(windows: readonly DepartureWindow[], at: number): number {
  let [sum, count] = [0, 0]
  for (const { errors } of windows) {
    const e = errors[at] as number
    if (Number.isNaN(e)) continue
    sum += e * e
    count++
  }
  return Math.sqrt(sum / count)
}

/** Means of a part of the windows at each step and channel, `[H, C]`; 0 where nothing is known. */
export interface Moments {
  /** Of d². */
  size: Float64Array
  /** Of d e. */
  product: Float64Array
}

export function momentsOf(windows: readonly DepartureWindow[]): Moments {
  const length = windows[0]?.errors.length ?? 0
  const [size, product, count] = [
    new Float64Array(length),
    new Float64Array(length),
    new Float64Array(length),
  ]
  for (const { departures, errors } of windows)
    for (let at = 0; at < length; at++) {
      const [d, e] = [departures[at] as number, errors[at] as number]
      if (Number.isNaN(e)) continue
      size[at] = (size[at] as number) + d * d
      product[at] = (product[at] as number) + d * e
      count[at] = (count[at] as number) + 1
    }
  const mean = (sum: number, at: number) => sum / Math.max(1, count[at] as number)
  return { size: size.map(mean), product: product.map(mean) }
}

/** Mean of s² d² − 2 s d e: how much squared error weights `[H, C]` add in a window, relative to the simple method's. */
export function addedError({ departures, errors }: DepartureWindow, weights: Float32Array): number {
  let [sum, count] = [0, 0]
  for (const [at, s] of weights.entries()) {
    const [d, e] = [departures[at] as number, errors[at] as number]
    if (Number.isNaN(e)) continue
    sum += s * d * (s * d - 2 * e)
    count++
  }
  return count === 0 ? 0 : sum / count
}
