/** Forecasts into files. */
import { csvText } from '../series/csv-text.js'
import type { Cell } from '../series/table-cells.js'
import { writeTable } from '../series/write-table.js'
import type { Forecast } from './forecast.js'

/**
 * A table with the columns of `Forecast.toRecords`, and for several forecasts one with the names of their series.
 * Texts that a spreadsheet would take for formulas are made harmless.
 */
export function forecastsCsv(forecasts: Forecast | readonly Forecast[]): string {
  return csvText(...tableOf(forecasts))
}

/**
 * The table of `forecastsCsv`: JSONL where the file ends in `.jsonl`, else CSV.
 * @throws StorageError when it cannot be written.
 */
export async function writeForecasts(file: string, forecasts: Forecast | readonly Forecast[]): Promise<void> {
  await writeTable(file, ...tableOf(forecasts))
}

/** Names of the columns, and rows. */
function tableOf(forecasts: Forecast | readonly Forecast[]): [names: string[], rows: Cell[][]] {
  const isList = Array.isArray(forecasts)
  const list = isList ? (forecasts as readonly Forecast[]) : [forecasts as Forecast]
  const records = list.flatMap((forecast) =>
    forecast.toRecords().map((record) => ({ ...(isList ? { series: forecast.name } : {}), ...record })),
  )
  const names = Object.keys(records[0] ?? {})
  return [
    names,
    records.map((record) => names.map((name) => cellOf((record as Record<string, Cell>)[name] ?? null))),
  ]
}

/** Networks compute with seven digits; more are noise. */
const cellOf = (cell: Cell): Cell => (typeof cell === 'number' ? Number(cell.toPrecision(8)) : cell)
