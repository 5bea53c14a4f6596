/** Parallel text: sentence pairs read lazily from files, as often as they are asked for, in constant memory. */
import { DataError, InvalidArgumentError, type KnownOptions, requireKnownOptions } from '@attentive/core'
import { requireOneOf } from '../text/check.js'
import { readCsv } from './csv.js'
import { type BadLine, isBadLine, type ParallelExample, type ReadResult } from './examples.js'
import { readLinePairs } from './line-pairs.js'
import { type Columns, readJsonLines, readTsv } from './tables.js'

export type ParallelFormat = 'tsv' | 'csv' | 'jsonl'

export interface ParallelTextOptions {
  /** Format of a single file. Default: by its name (`.tsv`, `.csv`, `.jsonl`, each with or without `.gz`). */
  format?: ParallelFormat
  /**
   * Where the texts are: columns by number from 0 or by name in the header, or paths in a JSON object
   * (`translation.en`). Default: `source` and `target` in JSONL, columns 0 and 1 elsewhere.
   */
  columns?: Columns
  /** Whether the first record names the columns. Default: true when columns are given by name. */
  header?: boolean
  /**
   * What to do about a line that is no example: stop, pass over it, or put a pair of empty texts in its place, so that
   * what comes out has as many lines as what went in. Default `error`.
   */
  onBadLine?: 'error' | 'skip' | 'empty'
  /** Texts may be empty, as in a test set, where every line has its place. Default false: such a line is bad. */
  allowEmpty?: boolean
  /** Told of each line that is passed over, or replaced. */
  onSkip?: (line: BadLine) => void
  /** Longer lines are bad, in UTF-16 code units. Default 20,000. */
  maxLength?: number
}

const knownOptions = {
  format: true,
  columns: true,
  header: true,
  onBadLine: true,
  allowEmpty: true,
  onSkip: true,
  maxLength: true,
} satisfies KnownOptions<ParallelTextOptions>

const badLineActions = ['error', 'skip', 'empty']
const defaultMaxLength = 20_000
const readers = { tsv: readTsv, csv: readCsv, jsonl: readJsonLines } satisfies Record<ParallelFormat, unknown>

export class ParallelText implements AsyncIterable<ParallelExample> {
  private skippedLines = 0

  constructor(
    private readonly read: () => AsyncIterable<ReadResult>,
    /** The files, for messages. */
    readonly name: string,
    private readonly options: Pick<ParallelTextOptions, 'onBadLine' | 'onSkip'> = {},
  ) {}

  /** Number of bad lines met by the latest iteration. */
  get skipped(): number {
    return this.skippedLines
  }

  /** @throws DataError for a bad line (unless they are skipped), unreadable files, and when there is no example. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ParallelExample> {
    this.skippedLines = 0
    let examples = 0
    for await (const result of this.read()) {
      if (isBadLine(result)) {
        this.skip(result)
        if (this.options.onBadLine !== 'empty') continue
        yield { source: '', target: '', file: result.file, line: result.line }
      } else {
        examples++
        yield result
      }
    }
    if (examples === 0) throw this.noExamples()
  }

  private skip(line: BadLine): void {
    if (this.options.onBadLine === undefined || this.options.onBadLine === 'error')
      throw new DataError({
        argument: `${line.file}, line ${line.line}`,
        expected: 'a pair of texts',
        received: line.reason,
        hint: 'Mend the line, or pass over such lines with onBadLine: "skip".',
      })
    this.skippedLines++
    this.options.onSkip?.(line)
  }

  private noExamples(): DataError {
    return new DataError({
      argument: this.name,
      expected: 'at least one pair of texts',
      received: this.skippedLines > 0 ? `${this.skippedLines} bad lines and no pair` : 'an empty file',
    })
  }
}

/**
 * Sentence pairs of two files with corresponding lines, or of one TSV, CSV or JSONL file; plain or gzip. Nothing is
 * opened before the first pair is asked for.
 *
 * @example
 * for await (const { source, target } of parallelText('train.en', 'train.de')) …
 * const pairs = parallelText('train.jsonl.gz', { columns: { source: 'translation.en', target: 'translation.de' } })
 *
 * @throws InvalidArgumentError on options that make no sense, and when the format of a single file is neither given nor
 *   told by its name.
 */
export function parallelText(source: string, target: string, options?: ParallelTextOptions): ParallelText
export function parallelText(file: string, options?: ParallelTextOptions): ParallelText
export function parallelText(
  first: string,
  second: string | ParallelTextOptions = {},
  third: ParallelTextOptions = {},
): ParallelText {
  requireFile(first)
  requireOptions(typeof second === 'string' ? third : second)
  if (typeof second === 'string') {
    const { maxLength = defaultMaxLength, allowEmpty = false } = third
    const read = () => readLinePairs(first, second, { maxLength, allowEmpty })
    return new ParallelText(read, `${first}, ${second}`, third)
  }
  const format = second.format ?? formatOf(first)
  const columns =
    second.columns ?? (format === 'jsonl' ? { source: 'source', target: 'target' } : { source: 0, target: 1 })
  const header = second.header ?? (typeof columns.source === 'string' || typeof columns.target === 'string')
  const { maxLength = defaultMaxLength, allowEmpty = false } = second
  const options = { columns, header, maxLength, allowEmpty }
  return new ParallelText(() => readers[format](first, options), first, second)
}

function requireFile(file: unknown): void {
  if (typeof file !== 'string')
    throw new InvalidArgumentError({
      argument: 'source',
      expected: 'the path of a file',
      received: String(file),
    })
}

function requireOptions(options: ParallelTextOptions): void {
  const { format, onBadLine } = requireKnownOptions(options, knownOptions)
  if (format !== undefined) requireOneOf('format', format, Object.keys(readers))
  if (onBadLine !== undefined) requireOneOf('onBadLine', onBadLine, badLineActions)
}

function formatOf(file: string): ParallelFormat {
  const extension = /\.(tsv|csv|jsonl)(\.gz)?$/i.exec(file)?.[1]
  if (!extension)
    throw new InvalidArgumentError({
      argument: 'format',
      expected: 'a file named .tsv, .csv or .jsonl, or the format as an option',
      received: JSON.stringify(file),
    })
  return extension.toLowerCase() as ParallelFormat
}
