/**
 * A copy of the string with memory of its own. Engines keep a long line in memory as long as any word that was cut from
 * it is there: a word that is to stay must not hold on to its line.
 */
export function ownString(text: string): string {
  return text.length < shortestSlice ? text : Array.from(text).join('')
}

/** V8 copies shorter parts anyway. */
const shortestSlice = 13
