/** Of values that rise, interpolated linearly between them. */
export function quantileOf(sorted: Float64Array, level: number): number {
  const place = level * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number]
  return low + (place - Math.floor(place)) * (high - low)
}
