/** Two files whose lines correspond, such as `train.en` and `train.de`. */
import { DataError, type Line, readLines } from '@attentive/core'
import type { BadLine, ReadResult } from './examples.js'

type LineIterator = AsyncGenerator<Line>

async function countRest(lines: LineIterator): Promise<number> {
  let count = 0
  for await (const _ of lines) count++
  return count
}

export interface LinePairOptions {
  maxLength: number
  /** An empty line is a text like any other. */
  allowEmpty: boolean
}

/**
 * Pairs of lines.
 * @throws DataError at the end when one file has more lines than the other: from some line on the pairs do not fit.
 */
export async function* readLinePairs(
  sourcePath: string,
  targetPath: string,
  { maxLength, allowEmpty }: LinePairOptions,
): AsyncGenerator<ReadResult> {
  const sources = readLines(sourcePath, maxLength)
  const targets = readLines(targetPath, maxLength)
  try {
    for (let line = 1; ; line++) {
      const [source, target] = await Promise.all([sources.next(), targets.next()])
      if (source.done && target.done) return
      if (source.done || target.done) {
        const longer = line + (await countRest(source.done ? targets : sources))
        throw lineCountError(sourcePath, targetPath, source.done ? [line - 1, longer] : [longer, line - 1])
      }
      yield pairLines(
        { path: sourcePath, line: source.value },
        { path: targetPath, line: target.value },
        allowEmpty,
      )
    }
  } finally {
    await Promise.all([sources.return(undefined), targets.return(undefined)])
  }
}

interface Side {
  path: string
  line: Line
}

function pairLines(source: Side, target: Side, allowEmpty: boolean): ReadResult {
  for (const { path, line } of [source, target]) {
    const isEmpty = 'text' in line && line.text.trim() === '' && !allowEmpty
    const reason = 'problem' in line ? line.problem : isEmpty ? 'an empty line' : null
    if (reason) return { file: path, line: line.number, reason } satisfies BadLine
  }
  const [from, to] = [source.line, target.line] as [Line & { text: string }, Line & { text: string }]
  return { source: from.text, target: to.text, file: source.path, line: from.number }
}

function lineCountError(
  sourcePath: string,
  targetPath: string,
  [sources, targets]: [number, number],
): DataError {
  return new DataError({
    argument: `${sourcePath}, ${targetPath}`,
    expected: 'files with the same number of lines',
    received: `${sources} and ${targets} lines`,
    hint: 'A line is missing or broken in two in one of them, so that from there on the pairs do not correspond.',
  })
}
