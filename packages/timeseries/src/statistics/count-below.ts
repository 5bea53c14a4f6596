/** How many of rising numbers are smaller than x: the place of the first one that is not. */
export function countBelow(rising: ArrayLike<number>, x: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rising[middle] as number) < x) low = middle + 1
    else high = middle
  }
  return low
}
