/** danfojs-node DataFrames both ways, known by their shape: the package itself is not needed here. */
import { DataError } from '@attentive/core'
import { seriesFromTable } from './read.js'
import type { ReadOptions } from './read-options.js'
import { tableOfRows } from './records.js'
import type { TimeSeries } from './time-series.js'

/** What is used of a DataFrame. */
export interface DataFrameLike {
  readonly columns: string[]
  /** Rows. */
  readonly values: unknown
}

/**
 * One series from the rows of a DataFrame; null, undefined and NaN are missing.
 * @throws DataError when it is no DataFrame, or as `readSeries` does, naming the row (from 1).
 */
export async function seriesFromDataFrame(
  frame: DataFrameLike,
  options: ReadOptions = {},
): Promise<TimeSeries> {
  const { columns, values } = frame
  if (!Array.isArray(columns) || !Array.isArray(values) || !values.every(Array.isArray))
    throw new DataError({
      argument: 'frame',
      expected: 'a DataFrame with columns and rows of values',
      received: typeof frame,
    })
  const [series] = await seriesFromTable(tableOfRows(columns, values), 'frame', options)
  return series as TimeSeries
}

/**
 * A DataFrame with a column `time` and one for each channel.
 * @param danfo the danfojs-node module: `import * as danfo from 'danfojs-node'`.
 */
export function toDataFrame<Frame>(
  series: TimeSeries,
  danfo: { DataFrame: new (records: object[]) => Frame },
): Frame {
  return new danfo.DataFrame(series.toRecords())
}
