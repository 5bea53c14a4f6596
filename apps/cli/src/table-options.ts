/** Flags that say how a table becomes series. */
import { aggregateNames, type TableSettings } from '@attentive/timeseries'
import { type Command, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings'
import { nameList } from './lists.js'
import { defined } from './settings-file.js'

const timeOption = new Option(
  '--time <column>',
  'column of the time, or the columns that make one together: year,month,day,hour (default: rows are counted)',
).argParser(nameList)

const seriesOption = new Option(
  '--series <column>',
  'column that tells series apart (default: the table is one series)',
)

const gapsOption = new Option('--gaps <action>', 'what to do about times that are left out').choices([
  'error',
  'missing',
] as const)

const duplicatesOption = new Option('--duplicates <action>', 'what to do about rows of one time').choices([
  'error',
  'first',
  'last',
  'mean',
] as const)

const orderOption = new Option('--order <action>', 'what to do about rows out of order').choices([
  'error',
  'sort',
] as const)

const timeZoneOption = new Option('--time-zone <name>', 'of times without an offset (default: UTC)')
const dateFormatOption = new Option(
  '--date-format <format>',
  'of the time column, such as "DD.MM.YYYY HH:mm"; x, X: milliseconds, seconds since 1970 (default: year first)',
)
const delimiterOption = new Option('--delimiter <character>', 'between columns (default: found out)')
const decimalOption = new Option('--decimal <character>', 'in numbers (default: found out)').choices([
  '.',
  ',',
] as const)
const frequencyOption = new Option('--frequency <step>', 'of the rows: 15min, 1h, 1d, 1b, 1w, 1mo …')
const resampleOption = new Option(
  '--resample <step>',
  'make regular steps of this length, each the mean of what falls into it; step:sum for the sum (first, last, min, max)',
).argParser(parseResample)

export type TableFlags = {
  time?: string[] | undefined
  series?: string | undefined
  gaps?: 'error' | 'missing' | undefined
  duplicates?: 'error' | 'first' | 'last' | 'mean' | undefined
  order?: 'error' | 'sort' | undefined
  timeZone?: string | undefined
  dateFormat?: string | undefined
  delimiter?: string | undefined
  decimal?: '.' | ',' | undefined
  frequency?: string | undefined
  resample?: TableSettings['resample']
}

/** All of these flags, in place. */
export function addTableOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & TableFlags> {
  for (const option of [
    timeOption,
    seriesOption,
    timeZoneOption,
    dateFormatOption,
    frequencyOption,
    resampleOption,
    gapsOption,
    duplicatesOption,
    orderOption,
    delimiterOption,
    decimalOption,
  ])
    command.addOption(option as Option)
  return command as Command<Args, Opts & TableFlags>
}

/** Settings of a table: what flags say, over what was settled before. */
export function tableSettings(flags: TableFlags, settled: TableSettings = {}): TableSettings {
  const { time } = flags
  const given = {
    time: time?.length === 1 ? time[0] : time,
    series: flags.series,
    gaps: flags.gaps,
    duplicates: flags.duplicates,
    order: flags.order,
    timeZone: flags.timeZone,
    dateFormat: flags.dateFormat,
    delimiter: flags.delimiter,
    decimal: flags.decimal,
    frequency: flags.frequency,
    resample: flags.resample,
  }
  return { ...settled, ...defined(given) }
}

function parseResample(text: string): NonNullable<TableSettings['resample']> {
  const [frequency = '', aggregate = 'mean', ...rest] = text.split(':')
  const known = aggregateNames.find((name) => name === aggregate)
  if (frequency !== '' && known !== undefined && rest.length === 0) return { frequency, aggregate: known }
  throw new InvalidArgumentError(
    `Expected a step, such as 1h, or a step and one of ${aggregateNames.join(', ')}: 1h:sum.`,
  )
}
