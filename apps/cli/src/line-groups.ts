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
  /**
   * Told of each line that is longer than 20,000 UTF-16 code units, when all before it have been given; the line then
   * counts as an empty one. Default: a DataError.
   */
  onTooLong?: ((line: BadInputLine) => void) | undefined
}

export interface BadInputLine {
  /** From 1. */
  line: number
  reason: string
}

/**
 * Lines in groups: whatever has arrived together, so that a file is worked off in large batches and a person, or a
 * program that waits for each answer, gets it at once. The text is UTF-8; broken bytes become U+FFFD. A line without
 * end does not fill the memory.
 * @throws DataError for a line that is too long, after those before it, unless `onTooLong` says otherwise.
 */
export async function* lineGroups(
  stream: Readable,
  { size = 256, onWait, onTooLong = refuse }: LineGroupOptions = {},
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  const checked = new CheckedLines(onTooLong)
  let rest = ''
  onWait?.()
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = lines.pop() as string
    yield* checked.groups(lines, size)
    rest = checked.begin(rest)
    onWait?.()
  }
  rest += decoder.decode()
  if (rest !== '') yield* checked.groups([rest], size)
}

/** The same lines in groups that are full, but for the last, however they arrived. */
export async function* fullGroups(groups: AsyncIterable<string[]>, size = 256): AsyncGenerator<string[]> {
  const pending: string[] = []
  try {
    for await (const group of groups) {
      pending.push(...group)
      while (pending.length >= size) yield pending.splice(0, size)
    }
  } catch (error) {
    if (pending.length > 0) yield pending
    throw error
  }
  if (pending.length > 0) yield pending
}

/** Numbers the lines, and takes out those that are too long. */
class CheckedLines {
  /** Lines that are done. */
  private count = 0
  /** Number of the last line that was reported. */
  private reported = 0

  constructor(private readonly onTooLong: (line: BadInputLine) => void) {}

  *groups(lines: readonly string[], size: number): Generator<string[]> {
    let group: string[] = []
    for (const line of lines) {
      const text = withoutCarriageReturn(line)
      if (text.length > maxLength) {
        if (group.length > 0) yield group
        group = []
        this.report()
      }
      this.count++
      group.push(text.length > maxLength ? '' : text)
      if (group.length === size) {
        yield group
        group = []
      }
    }
    if (group.length > 0) yield group
  }

  /** The line that has begun, as far as it has to be kept: it is reported as soon as it is too long. */
  begin(line: string): string {
    if (withoutCarriageReturn(line).length <= maxLength) return line
    this.report()
    return line.slice(0, maxLength + 2)
  }

  private report(): void {
    const line = this.count + 1
    if (line === this.reported) return
    this.reported = line
    this.onTooLong({ line, reason: `longer than ${maxLength} characters` })
  }
}

function refuse({ line }: BadInputLine): never {
  throw new DataError({
    argument: `standard input, line ${line}`,
    expected: `at most ${maxLength} characters`,
    received: 'more',
    hint: 'Write one sentence a line, or pass over such lines with --on-bad-line skip.',
  })
}

const withoutCarriageReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
