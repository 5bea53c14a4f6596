import { closest, distance } from 'fastest-levenshtein'

/** The name that was probably meant: the nearest by edit distance; null when none is within a third of its length. */
export function nearestName(name: string, names: readonly string[]): string | null {
  if (names.length === 0) return null
  const lowerCased = names.map((other) => other.toLowerCase())
  const nearest = closest(name.toLowerCase(), lowerCased)
  const isNear = distance(name.toLowerCase(), nearest) <= Math.max(1, Math.floor(nearest.length / 3))
  return isNear ? (names[lowerCased.indexOf(nearest)] ?? null) : null
}
