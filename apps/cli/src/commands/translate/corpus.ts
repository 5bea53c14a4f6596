/** Parallel text as flags name it: two files with corresponding lines, or one table. */
import {
  type BadLine,
  type Columns,
  type ParallelText,
  type ParallelTextOptions,
  parallelText,
} from '@attentive/nlp'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { printLine } from '../../output.js'
import type { OutputStream } from '../../terminal.js'

/** For `argParser` of a flag that takes the file or files of one corpus. */
export function corpusFiles(file: string, earlier: string[] | undefined): string[] {
  const files = [...(earlier ?? []), file]
  if (files.length <= 2) return files
  throw new InvalidArgumentError('Expected two files with corresponding lines, or one table.')
}

export const formatOption = new Option(
  '--format <format>',
  'of a single file (default: as its name says)',
).choices(['tsv', 'csv', 'jsonl'] as const)

export const columnsOption = new Option(
  '--columns <a,b>',
  'source and target of a table: numbers from 0, names in its header, or paths in JSON objects (translation.en)',
).argParser(parseColumns)

export const onBadLineOption = new Option('--on-bad-line <action>', 'what to do about a line that is no pair')
  .choices(['error', 'skip'] as const)
  .default('error' as const)

function parseColumns(text: string): Columns {
  const [source, target, ...rest] = text.split(',').map((name) => name.trim())
  if (!source || !target || rest.length > 0)
    throw new InvalidArgumentError('Expected two columns with a comma between them.')
  const column = (name: string) => (/^\d+$/.test(name) ? Number(name) : name)
  return { source: column(source), target: column(target) }
}

export interface CorpusFlags {
  format?: 'tsv' | 'csv' | 'jsonl' | undefined
  columns?: Columns | undefined
  onBadLine: 'error' | 'skip'
}

/** @param stderr is told of each line that is passed over. */
export function openCorpus(files: readonly string[], flags: CorpusFlags, stderr: OutputStream): ParallelText {
  return open(files, { ...flags, onSkip: skipReporter(stderr) })
}

/** A corpus for evaluation, where every line keeps its place: empty ones, and those that are passed over as empty. */
export function openTestSet(
  files: readonly string[],
  { onBadLine, ...flags }: CorpusFlags,
  stderr: OutputStream,
): ParallelText {
  const kept = { allowEmpty: true, onBadLine: onBadLine === 'skip' ? ('empty' as const) : onBadLine }
  return open(files, { ...flags, ...kept, onSkip: skipReporter(stderr) })
}

function open(
  [first, second]: readonly string[],
  { format, columns, onBadLine, allowEmpty, onSkip }: ParallelTextOptions,
): ParallelText {
  const options = { format, columns, onBadLine, allowEmpty, onSkip }
  return second === undefined
    ? parallelText(first as string, options)
    : parallelText(first as string, second, options)
}

/** Corpora are read again and again: a line is reported the first time only. */
function skipReporter(stderr: OutputStream): (line: BadLine) => void {
  const reported = new Map<string, number>()
  return ({ file, line, reason }) => {
    if (line <= (reported.get(file) ?? 0)) return
    reported.set(file, line)
    printLine(stderr, `skipped ${file}, line ${line}: ${reason}`)
  }
}
