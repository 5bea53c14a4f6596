/** Options that the examples of time series have in common. */
import { parseArgs } from 'node:util'
import { toCount, UsageError } from '../options.js'

export interface SeriesOptions {
  /** The real file; absent: data is made. */
  data: string | undefined
  seed: number
  /** Most times through the training windows. */
  epochs: number | undefined
  /** Folder for pictures and tables. */
  out: string
}

/** @throws UsageError naming the option that makes no sense. */
export function parseSeriesOptions(args: readonly string[], { out }: { out: string }): SeriesOptions {
  const { data, seed = '1', epochs, ...rest } = read(args)
  return {
    data,
    seed: toCount('seed', seed, 0),
    epochs: epochs === undefined ? undefined : toCount('epochs', epochs, 1),
    out: rest.out ?? out,
  }
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args: [...args], options: { data: text, seed: text, epochs: text, out: text } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
