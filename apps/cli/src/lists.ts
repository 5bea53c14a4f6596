/** For `argParser`: lists with commas between. */
import { InvalidArgumentError } from '@commander-js/extra-typings'

/** `a,b,c`. Blanks around names do not count. */
export function nameList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new InvalidArgumentError('Expected names with commas between them.')
}

/** Numbers that are each fine. */
function numberList(expected: string, isFine: (value: number) => boolean): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    if (values.every((value) => Number.isFinite(value) && isFine(value))) return values
    throw new InvalidArgumentError(`Expected ${expected} with commas between them.`)
  }
}

export const probabilityList = numberList('probabilities between 0 and 1', (value) => value > 0 && value < 1)

/** Rows, `8640,2880,2880`, or shares, `0.7,0.1,0.2`. */
export function partList(text: string): number[] {
  const parts = numberList('numbers above 0', (value) => value > 0)(text)
  if (parts.every(Number.isInteger) || parts.every((part) => part < 1)) return parts
  throw new InvalidArgumentError('Expected whole numbers of rows, or shares below 1.')
}
