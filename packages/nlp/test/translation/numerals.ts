/** Numbers in words, the other way round: a language that a small network learns in seconds. */
import type { TextPair } from '../../src/index.js'

const words = ['one', 'two', 'three', 'four', 'five', 'six']
const numerals: Record<string, string> = {
  one: 'eins',
  two: 'zwei',
  three: 'drei',
  four: 'vier',
  five: 'fünf',
  six: 'sechs',
}

/** All numbers of two and three digits: 252 pairs. */
export const numeralPairs: TextPair[] = words.flatMap((a) =>
  words.flatMap((b) =>
    ['', ...words].map((c) => {
      const source = [a, b, c].filter(Boolean)
      return {
        source: source.join(' '),
        target: source
          .map((word) => numerals[word])
          .reverse()
          .join(' '),
      }
    }),
  ),
)

const isHeldOut = (_: unknown, i: number) => i % 10 === 3
export const heldOutPairs = numeralPairs.filter(isHeldOut)
export const trainingPairs = numeralPairs.filter((pair, i) => !isHeldOut(pair, i))
