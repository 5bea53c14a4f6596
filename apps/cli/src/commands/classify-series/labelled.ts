/** Labelled series as flags name them: a series in each row, or, with `--series`, a row for each of its times. */
import {
  type LabelledSeries,
  labelledBy,
  type ParsedClassifierConfig,
  readLabelledRows,
  type TableSettings,
} from '@attentive/timeseries'
import { Option } from '@commander-js/extra-typings'
import { readFlagSeries } from '../../read-series.js'
import { defined } from '../../settings-file.js'
import type { OutputStream } from '../../terminal.js'

export const labelOption = new Option(
  '--label <column>',
  'what a series is: a name, or a number from 0 where each row is a series (default: the first column)',
).argParser((text) => (/^\d+$/.test(text) ? Number(text) : text))

/** How files are read: kept with the model. */
export type Reading = Pick<ParsedClassifierConfig, 'table' | 'label' | 'channels'>

/** @throws DataError naming line and column when something is wrong. */
export async function readLabelled(
  file: string,
  { table, label, channels }: Reading,
  stderr: OutputStream,
): Promise<LabelledSeries[]> {
  if (!isLong(table)) return readLabelledRows(file, rowOptions(table, label))
  const name = String(label)
  const panel = await readFlagSeries(
    file,
    table,
    { statics: [name], ...(channels ? { channels } : {}) },
    stderr,
  )
  return labelledBy(panel, name)
}

/** Whether rows are times of a series, and no series. */
export function isLong(table: TableSettings | undefined): table is TableSettings {
  return table?.series !== undefined
}

export function rowOptions({ delimiter, decimal, missing }: TableSettings = {}, label: string | number = 0) {
  return { label, ...defined({ delimiter, decimal, missing }) }
}
