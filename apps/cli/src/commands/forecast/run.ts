/** `attentive forecast run`. */
import { DataError } from '@attentive/core'
import {
  drawAttention,
  drawForecasts,
  type Forecast,
  forecastsCsv,
  intervalLevels,
  type TimeSeries,
  writeForecasts,
} from '@attentive/timeseries'
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { requireWritableFile } from '../../created-folders.js'
import { nameList, probabilityList } from '../../lists.js'
import { addRunOptions, integer, positiveInteger, tableFileOption } from '../../options.js'
import { count, printJson, printLine } from '../../output.js'
import { pictureFile, writePicture } from '../../picture-file.js'
import { readFlagSeries } from '../../read-series.js'
import { defined } from '../../settings-file.js'
import { addTableOptions } from '../../table-options.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { columnsOf, knownColumnsOf, type LoadedForecaster, loadForecaster, tableOf } from './model.js'

type Flags = ReturnType<ReturnType<typeof runCommand>['opts']>

export function addRunCommand(forecast: CommandUnknownOpts, { terminal }: Invocation): void {
  runCommand(forecast).action(async (flags) => {
    for (const file of [flags.out, flags.plot, flags.attention])
      if (file !== undefined) await requireWritableFile(file)
    const loaded = await loadForecaster(flags.model, flags)
    try {
      const histories = await readHistories(loaded, flags, terminal)
      const forecasts = await forecastAll(loaded, histories, flags, terminal)
      await writeResults(forecasts, histories, flags, terminal)
    } finally {
      await loaded.forecaster.dispose?.()
    }
  })
}

function runCommand(forecast: CommandUnknownOpts) {
  const command = forecast
    .command('run')
    .description(
      'Forecasts what follows a history, with intervals where the model can tell them: a CSV table.',
    )
    .requiredOption('--model <folder>', 'a trained model')
    .requiredOption('--history <file>', 'up to the last known row; read as the training file was')
    .option('--future <file>', 'columns that are known for the horizon, with a row for each of its steps')
    .addOption(
      new Option(
        '--missing-future <action>',
        'what to do about empty cells of these rows: previous carries the last known value on (default: error)',
      ).choices(['error', 'previous'] as const),
    )
    .option('--only <name,...>', 'of a panel, these series (default: all)', nameList)
    .option('--horizon <n>', 'rows to forecast (default: as the model was trained for)', positiveInteger)
    .option(
      '--coverage <p,...>',
      'central intervals (default: those that the model can tell; none: 0)',
      coverageList,
    )
    .option('--samples <n>', 'paths to draw, of models that do (default: 200)', positiveInteger)
    .option('--seed <n>', 'of the paths (default: 1)', integer)
    .addOption(tableFileOption)
    .option('--plot <file>', 'draw history and forecast: .svg, .png or .html', pictureFile)
    .option('--attention <file>', 'draw what the forecast looked back on: .svg, .png or .html', pictureFile)
  return addRunOptions(addTableOptions(command)).addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive forecast run --model models/load --history load.csv --plot forecast.html
  $ attentive forecast run --model models/sales --history sales.csv --future prices.csv --coverage 0.9 --out forecast.csv`

const coverageList = (text: string): number[] => (text.trim() === '0' ? [] : probabilityList(text))

async function readHistories(
  loaded: LoadedForecaster,
  flags: Flags,
  { stderr }: Terminal,
): Promise<TimeSeries[]> {
  const read = await readFlagSeries(flags.history, tableOf(loaded, flags), columnsOf(loaded), stderr)
  return flags.only ? flags.only.map((name) => named(read, name, flags.history)) : read
}

function named(series: readonly TimeSeries[], name: string, file: string): TimeSeries {
  const found = series.find((one) => one.name === name)
  if (found) return found
  throw new DataError({
    argument: file,
    expected: `a series ${JSON.stringify(name)}`,
    received: series
      .slice(0, 20)
      .map((one) => JSON.stringify(one.name))
      .join(', '),
  })
}

async function forecastAll(
  loaded: LoadedForecaster,
  histories: readonly TimeSeries[],
  flags: Flags,
  { stderr }: Terminal,
): Promise<Forecast[]> {
  const { forecaster, coverages } = loaded
  const { horizon, samples, seed, missingFuture } = flags
  const futures =
    flags.future === undefined
      ? null
      : await readFlagSeries(flags.future, tableOf(loaded, flags), knownColumnsOf(loaded), stderr)
  const file = flags.future as string
  return forecaster.predict(histories, {
    ...defined({ horizon, samples, seed, missingFuture }),
    ...(futures ? { future: histories.map(({ name }) => named(futures, name, file)) } : {}),
    quantiles: [...new Set((flags.coverage ?? coverages).flatMap(intervalLevels))].sort((a, b) => a - b),
  })
}

async function writeResults(
  forecasts: readonly Forecast[],
  histories: readonly TimeSeries[],
  flags: Flags,
  { stdout, stderr }: Terminal,
): Promise<void> {
  const [first] = forecasts as [Forecast]
  const table = forecasts.length === 1 && first.name === '' ? first : forecasts
  if (flags.plot !== undefined) {
    const drawn = forecasts.map((forecast, i) => ({ forecast, history: histories[i] as TimeSeries }))
    await writePicture(flags.plot, drawForecasts(drawn))
  }
  if (flags.attention !== undefined)
    await writePicture(flags.attention, drawAttention(first, { history: histories[0] as TimeSeries }))
  if (flags.out !== undefined) {
    await writeForecasts(flags.out, table)
    const rows = forecasts.reduce((sum, { length }) => sum + length, 0)
    printLine(stderr, `Wrote ${count(rows, 'row')} to ${flags.out}.`)
  }
  if (flags.json)
    printJson(stdout, {
      model: flags.model,
      forecasts: forecasts.map((forecast) => ({ series: forecast.name, rows: forecast.toRecords() })),
    })
  else if (flags.out === undefined) stdout.write(forecastsCsv(table))
}
