/** How tables become series, as settings: models keep it, and read later files like the first one. */
import { z } from 'zod'
import { readPanel, readSeries } from './read.js'
import type { ReadOptions } from './read-options.js'
import { aggregateNames } from './resample.js'
import type { TimeSeries } from './time-series.js'

const column = z.string().min(1)

/** The settings of `ReadOptions` and `PanelOptions`, see there, but for what differs from file to file. */
export const tableSchema = z.strictObject({
  time: z.union([column, z.array(column).min(1)]).optional(),
  /** Column that tells series apart; absent: the table is one series. */
  series: column.optional(),
  frequency: z.string().min(1).optional(),
  timeZone: z.string().min(1).optional(),
  dateFormat: z.string().min(1).optional(),
  delimiter: z.string().length(1).optional(),
  decimal: z.enum(['.', ',']).optional(),
  missing: z.array(z.string()).optional(),
  order: z.enum(['error', 'sort']).optional(),
  duplicates: z.enum(['error', 'first', 'last', 'mean']).optional(),
  gaps: z.enum(['error', 'missing']).optional(),
  resample: z
    .strictObject({ frequency: z.string().min(1), aggregate: z.enum(aggregateNames).default('mean') })
    .optional(),
})

export type TableSettings = z.output<typeof tableSchema>

export interface TableColumns extends Pick<ReadOptions, 'channels' | 'onProgress'> {
  /** Columns of static features. Default none. */
  statics?: readonly string[]
}

/**
 * One series, or all of a panel.
 * @throws DataError as `readSeries` and `readPanel` do.
 */
export async function readTableSeries(
  file: string,
  { series, ...table }: TableSettings,
  { statics = [], ...columns }: TableColumns = {},
): Promise<TimeSeries[]> {
  const options = withoutUndefined({ ...table, ...columns })
  return series === undefined
    ? [await readSeries(file, options)]
    : readPanel(file, { ...options, series, statics })
}

function withoutUndefined(options: object): ReadOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
