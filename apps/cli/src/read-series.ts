/** Series from the file of a flag, with a count of the rows while that takes time. */
import { progressDisplay } from '@attentive/core'
import {
  readTableSeries,
  type TableColumns,
  type TableSettings,
  type TimeSeries,
} from '@attentive/timeseries'
import type { OutputStream } from './terminal.js'

export async function readFlagSeries(
  file: string,
  table: TableSettings,
  columns: TableColumns,
  stderr: OutputStream,
): Promise<TimeSeries[]> {
  const display = progressDisplay({ stream: stderr })
  try {
    return await readTableSeries(file, table, {
      ...columns,
      onProgress: (rows) => display.status(`reading ${file} · ${rows.toLocaleString('en')} rows`),
    })
  } finally {
    display.stop()
  }
}
