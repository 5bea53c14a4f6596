/** How lively a series is: what a network is not surprised at, a line that stands still, stands out here. */

/** Of a standard deviation, relative to the scale: nothing is less lively. */
const least = 1e-3

/**
 * log of the standard deviation of the last `span` steps of each channel, by the channel's scale, `[T, C]`; NaN before
 * there are as many, or where a value is missing.
 */
export function activityOf(values: Float64Array, scale: readonly number[], span: number): Float64Array {
  const C = scale.length
  const activity = new Float64Array(values.length).fill(Number.NaN)
  for (let at = (span - 1) * C; at < values.length; at++) {
    let [sum, squares] = [0, 0]
    const center = values[at] as number
    for (let k = 0; k < span; k++) {
      const value = ((values[at - k * C] as number) - center) / (scale[at % C] as number)
      sum += value
      squares += value * value
    }
    const deviation = Math.sqrt(Math.max(0, squares / span - (sum / span) ** 2))
    activity[at] = Math.log(deviation + least)
  }
  return activity
}
