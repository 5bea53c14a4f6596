/**
 * A number with a fixed count of decimals, an exact tie rounded to the even digit (31.25 → `31.2`), as C's `printf`
 * and Python do; JavaScript's `toFixed` rounds it up.
 */
export function formatFixed(value: number, decimals: number): string {
  const scaled = value * 10 ** decimals
  const lower = Math.floor(scaled)
  // Only a number of at most decimals + 1 binary places can lie exactly between two decimal ones.
  const isTie = scaled - lower === 0.5 && Number.isInteger(value * 2 ** (decimals + 1))
  return (isTie ? (lower % 2 === 0 ? lower : lower + 1) / 10 ** decimals : value).toFixed(decimals)
}
