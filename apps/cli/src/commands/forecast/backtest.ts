/** `attentive forecast backtest` and `attentive forecast compare`: the same folds, drawn each in its way. */
import { progressDisplay } from '@attentive/core'
import {
  type Chart,
  drawBacktest,
  drawComparison,
  type ForecastScores,
  networkNames,
  type ParsedForecastConfig,
  parseForecastConfig,
  scoreTable,
  type TimeSeries,
} from '@attentive/timeseries'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { requireWritableFile } from '../../created-folders.js'
import { nameList, probabilityList } from '../../lists.js'
import { addRunOptions, positiveInteger } from '../../options.js'
import { printJson, printLine } from '../../output.js'
import { pictureFile, writePicture } from '../../picture-file.js'
import { readFlagSeries } from '../../read-series.js'
import {
  batchSizeOption,
  configOption,
  epochsOption,
  futureOption,
  horizonOption,
  learningRateOption,
  lookbackOption,
  pastOption,
  quantilesOption,
  seedOption,
  staticsOption,
  targetOption,
} from '../../setting-options.js'
import { addTableOptions, tableSettings } from '../../table-options.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { type Contestant, contest } from './contest.js'
import { firstOf, loadForecaster } from './model.js'
import { forecastSettings } from './settings.js'

type Flags = ReturnType<ReturnType<typeof contestCommand>['opts']>
type Results = Record<string, Contestant>

interface Verb {
  name: 'backtest' | 'compare'
  description: string
  /** Whether the best comes first. */
  sorted: boolean
  draw(results: Results, series: readonly TimeSeries[]): Chart
}

const verbs: readonly Verb[] = [
  {
    name: 'backtest',
    description:
      'Forecasts from many origins of the past and compares with what came; the picture shows the folds of the first model.',
    sorted: false,
    draw(results, series) {
      const [[name, first]] = Object.entries(results) as [[string, Contestant]]
      return drawBacktest(first.backtest, { series: series[0] as TimeSeries, title: `Backtest of ${name}` })
    },
  },
  {
    name: 'compare',
    description:
      'The same folds for several models and simple methods, best first; the picture shows their errors.',
    sorted: true,
    draw: (results) =>
      drawComparison(scoresOf(results), {
        title: 'Errors over all folds',
        baselines: Object.keys(results).filter((name) => results[name]?.isBaseline),
      }),
  },
]

export function addContestCommands(forecast: CommandUnknownOpts, { terminal }: Invocation): void {
  for (const verb of verbs)
    contestCommand(forecast, verb).action(async (flags) => {
      if (flags.plot !== undefined) await requireWritableFile(flags.plot)
      const config = await settingsOf(flags)
      const series = await readAll(config, flags, terminal)
      const found = await run(config, series, flags, terminal)
      if (!found) return printLine(terminal.stderr, 'Stopped; nothing was written.')
      const results = verb.sorted ? bestFirst(found) : found
      if (flags.plot !== undefined) await writePicture(flags.plot, verb.draw(results, series))
      if (flags.json)
        printJson(terminal.stdout, {
          horizon: config.horizon,
          folds: flags.folds ?? usualFolds,
          scores: scoresOf(results),
        })
      else printLine(terminal.stdout, textOf(config, results))
    })
}

const usualFolds = 10

function contestCommand(forecast: CommandUnknownOpts, { name, description }: Verb) {
  const command = forecast
    .command(name)
    .description(description)
    .requiredOption('--data <file>', 'CSV, TSV or JSONL, plain or gzip, a row for each time')
    .requiredOption(
      '--models <name,...>',
      'simple methods, folders of trained models, and networks, which are trained on the rows before the first fold',
      nameList,
    )
    .option('--folds <n>', `origins, the last ones of the data (default: ${usualFolds})`, positiveInteger)
    .option('--stride <n>', 'rows between two origins (default: the horizon)', positiveInteger)
    .option('--retrain', 'train anew before each fold')
    .option('--coverage <p,...>', 'intervals to be checked (default: 0.9)', probabilityList)
    .option('--plot <file>', 'a picture: .svg, .png or .html', pictureFile)
    .addOption(targetOption)
    .addOption(pastOption)
    .addOption(futureOption)
    .addOption(staticsOption)
    .addOption(lookbackOption)
    .addOption(horizonOption)
    .addOption(quantilesOption)
    .addOption(configOption)
    .addOption(seedOption)
    .addOption(epochsOption)
    .addOption(batchSizeOption)
    .addOption(learningRateOption)
  return addRunOptions(addTableOptions(command)).addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive forecast backtest --data load.csv --time date --models models/load --folds 14 --plot folds.html
  $ attentive forecast compare --data load.csv --time date --target load --lookback 168 --horizon 24 --models segrnn,lstm-attention,linear,theta --plot models.png`

/** Of the first trained model, where there is one: the others are measured as it is. */
async function settingsOf(flags: Flags): Promise<ParsedForecastConfig> {
  const folder = flags.models.find((name) => /[\\/]/.test(name))
  if (folder === undefined || flags.config !== undefined) return forecastSettings(withLookback(flags))
  const loaded = await loadForecaster(folder, flags)
  const { config, target } = firstOf(loaded)
  await loaded.forecaster.dispose?.()
  return parseForecastConfig({
    ...config,
    target: [...(target ?? [])],
    horizon: flags.horizon ?? config.horizon,
    lookback: flags.lookback ?? config.lookback,
    table: tableSettings(flags, config.table),
  })
}

/** Simple methods look back on all there is. */
function withLookback(flags: Flags): Flags {
  const learns = flags.models.some((name) => (networkNames as string[]).includes(name))
  return learns ? flags : { ...flags, lookback: flags.lookback ?? 1 }
}

function readAll(config: ParsedForecastConfig, flags: Flags, { stderr }: Terminal): Promise<TimeSeries[]> {
  const { table = {}, target, past, future, statics } = config
  const channels = target ? { channels: [...target, ...past, ...future] } : {}
  return readFlagSeries(flags.data, table, { statics, ...channels }, stderr)
}

async function run(
  config: ParsedForecastConfig,
  series: readonly TimeSeries[],
  flags: Flags,
  { stderr, onInterrupt }: Terminal,
): Promise<Results | null> {
  const display = progressDisplay({ stream: stderr })
  const interrupt = onInterrupt()
  try {
    return await contest({
      models: flags.models,
      series,
      config,
      folds: flags.folds ?? usualFolds,
      stride: flags.stride ?? config.horizon,
      retrain: flags.retrain === true,
      coverages: flags.coverage ?? [0.9],
      engine: { engine: flags.engine, threads: flags.threads },
      display,
      signal: interrupt.signal,
    })
  } finally {
    display.stop()
    interrupt.release()
  }
}

const scoresOf = (results: Results): Record<string, ForecastScores> =>
  Object.fromEntries(Object.entries(results).map(([name, { backtest }]) => [name, backtest.scores]))

function bestFirst(results: Results): Results {
  const mae = ([, { backtest }]: [string, Contestant]) => backtest.scores.mae
  return Object.fromEntries(Object.entries(results).sort((a, b) => mae(a) - mae(b)))
}

function textOf({ horizon }: ParsedForecastConfig, results: Results): string {
  const [first] = Object.values(results) as [Contestant]
  const { windows } = first.backtest.scores
  return [
    `${windows.toLocaleString('en')} folds, ${horizon} steps ahead; in 90 %: share of what came within that interval`,
    scoreTable(scoresOf(results)),
  ].join('\n')
}
