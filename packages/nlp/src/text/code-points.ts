const astral = /[\uD800-\uFFFF]/

/** Order by code points, the same in every locale (UTF-16 order differs where surrogates meet U+E000 and above). */
export function compareCodePoints(a: string, b: string): number {
  if (!astral.test(a) || !astral.test(b)) return a < b ? -1 : a > b ? 1 : 0
  const left = Array.from(a, (character) => character.codePointAt(0) as number)
  const right = Array.from(b, (character) => character.codePointAt(0) as number)
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] as number) - (right[i] as number)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
