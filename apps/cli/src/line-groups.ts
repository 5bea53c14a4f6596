/** Lines of a stream as they come. */
import type { Readable } from 'node:stream'
import { DataError } from '@attentive/core'

/** Longer lines, in UTF-16 code units, are no sentences. */
const maxLength = 20_000

export interface LineGroupOptions {
  /** Most lines in a group. Default 256. */
  size?: number
  /** Called before each wait for more, such as for a prompt. */
  onWait?: (() => unknown) | undefined
}

/**
 * Lines in groups: whatever has arrived together, so that a file is worked off in large batches and a person, or a
 * program that waits for each answer, gets it at once. The text is UTF-8; broken bytes become U+FFFD.
 * @throws DataError for a line that is longer than 20,000 UTF-16 code units, before it fills the memory.
 */
export async function* lineGroups(
  stream: Readable,
  { size = 256, onWait }: LineGroupOptions = {},
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  let number = 1
  onWait?.()
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = lines.pop() as string
    number = requireLengths([...lines, rest], number)
    for (let start = 0; start < lines.length; start += size)
      yield lines.slice(start, start + size).map(withoutCarriageReturn)
    onWait?.()
  }
  rest += decoder.decode()
  if (rest !== '') yield [withoutCarriageReturn(rest)]
}

/** @returns the number of the last line, which may go on. */
function requireLengths(lines: readonly string[], first: number): number {
  const tooLong = lines.findIndex(({ length }) => length > maxLength)
  if (tooLong < 0) return first + lines.length - 1
  throw new DataError({
    argument: `standard input, line ${first + tooLong}`,
    expected: `at most ${maxLength} characters`,
    received: 'more',
    hint: 'Write one sentence a line.',
  })
}

const withoutCarriageReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
