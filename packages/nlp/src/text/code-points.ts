const firstSurrogate = 0xd800
const afterSurrogates = 0xe000

/** A UTF-16 unit's place among code points: surrogates, being halves of the highest, go above all others. */
function rankOf(unit: number): number {
  if (unit < firstSurrogate) return unit
  return unit >= afterSurrogates ? unit - 0x800 : unit + 0x2000
}

/** Order by code points, the same in every locale (plain `<` compares UTF-16 units). */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rankOf(left) - rankOf(right)
  }
  return a.length - b.length
}
