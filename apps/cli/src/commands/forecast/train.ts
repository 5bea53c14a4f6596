/** `attentive forecast train`. */
import {
  ConformalForecaster,
  NeuralForecaster,
  type ParsedForecastConfig,
  type TableColumns,
  type TimeSeries,
} from '@attentive/timeseries'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { addRunOptions } from '../../options.js'
import { count, printLine } from '../../output.js'
import { readFlagSeries } from '../../read-series.js'
import {
  futureOption,
  horizonOption,
  lookbackOption,
  modelOption,
  pastOption,
  quantilesOption,
  staticsOption,
  targetOption,
} from '../../setting-options.js'
import { addTableOptions } from '../../table-options.js'
import type { Invocation, OutputStream } from '../../terminal.js'
import { addTrainingOptions, reportTraining, runTraining } from '../../training.js'
import { splitOption, type TrainingParts, trainingParts } from './parts.js'
import { forecastSettings } from './settings.js'

type Flags = ReturnType<ReturnType<typeof trainCommand>['opts']>

export function addTrainCommand(forecast: CommandUnknownOpts, invocation: Invocation): void {
  const { terminal } = invocation
  trainCommand(forecast).action(async (flags) => {
    const config = await forecastSettings(flags)
    const { train, validation } = await readParts(config, flags, terminal.stderr)
    const forecaster = new NeuralForecaster(config, { engine: flags.engine, threads: flags.threads })
    try {
      const result = await runTraining(flags, terminal, (run) =>
        forecaster.fit(train, { ...run, ...(validation.length > 0 ? { validation } : {}) }),
      )
      if (result.stoppedBy !== 'interrupt') await calibrate(forecaster, validation, flags.out)
      const next = `forecast run --model ${flags.out} --history ${flags.train} --plot forecast.html`
      reportTraining({ result, metric: config.training.metric, next }, flags, invocation)
    } finally {
      await forecaster.dispose()
    }
  })
}

function trainCommand(forecast: CommandUnknownOpts) {
  const command = forecast
    .command('train')
    .description(
      'Learns to forecast from a table of time series. Ctrl-C saves and stops; --resume goes on from there, exactly.',
    )
    .requiredOption('--train <file>', 'CSV, TSV or JSONL, plain or gzip, a row for each time')
    .requiredOption('--out <folder>', 'for the model, its checkpoints and its history')
    .option(
      '--validation <file>',
      'rows that decide which weights are the best; they begin with a look-back (default: the last 20 % of --train)',
    )
    .addOption(splitOption.conflicts('validation'))
    .addOption(targetOption)
    .addOption(pastOption)
    .addOption(futureOption)
    .addOption(staticsOption)
    .addOption(lookbackOption)
    .addOption(horizonOption)
    .addOption(modelOption)
    .addOption(quantilesOption)
  return addRunOptions(addTableOptions(addTrainingOptions(command))).addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive forecast train --train load.csv --time date --target load --lookback 168 --horizon 24 --out models/load
  $ attentive forecast train --train ETTh1.csv --time date --target '*' --lookback 96 --horizon 96 --split 8640,2880,2880 --out models/ett
  $ attentive forecast train --train sales.csv --time week --series shop --target sold --future price --lookback 52 --horizon 8 --quantiles 0.1,0.5,0.9 --out models/sales

A configuration file:
  model: { name: segrnn, hiddenSize: 256, segmentLength: 24, attention: true }
  lookback: 96
  horizon: 96
  training: { batchSize: 64, epochs: 20, patience: 4, optimizer: { type: adam, learningRate: 0.0003 } }
  table: { time: date }
  seed: 1`

/** Windows that margins are taken from are at most so many; fewer than the least say nothing of an interval of 90 %. */
const calibrationWindows = { least: 20, most: 500 }

/** Intervals from the errors on the validation part, saved beside the model. */
async function calibrate(
  forecaster: NeuralForecaster,
  validation: readonly TimeSeries[],
  folder: string,
): Promise<void> {
  const { lookback, horizon } = forecaster
  const windows = validation.reduce(
    (sum, { length }) => sum + Math.max(0, length - lookback - horizon + 1),
    0,
  )
  if (windows < calibrationWindows.least) return
  const stride = Math.ceil(windows / calibrationWindows.most)
  const coverages = forecaster.coverages.length > 0 ? forecaster.coverages : usualCoverages(windows)
  const fine = coverages.filter((coverage) => windows / stride >= 1 / (1 - coverage))
  if (fine.length === 0) return
  const calibrated = await ConformalForecaster.calibrate(forecaster, validation, { coverages: fine, stride })
  await calibrated.saveCalibration(folder)
}

const usualCoverages = (windows: number) => (windows >= 40 ? [0.8, 0.9, 0.95] : [0.8, 0.9])

async function readParts(
  config: ParsedForecastConfig,
  flags: Flags,
  stderr: OutputStream,
): Promise<TrainingParts> {
  const { table = {}, target, past, future, statics } = config
  const columns: TableColumns = {
    statics,
    ...(target ? { channels: [...target, ...past, ...future] } : {}),
  }
  const train = await readFlagSeries(flags.train, table, columns, stderr)
  if (flags.validation !== undefined)
    return { train, validation: await readFlagSeries(flags.validation, table, columns, stderr) }
  const parts = trainingParts(train, flags.split, config)
  if (!flags.split && !flags.json) printLine(stderr, partsText(parts, config.lookback))
  return parts
}

function partsText({ train, validation }: TrainingParts, lookback: number): string {
  const rows = (series: TrainingParts['train']) => series.reduce((sum, { length }) => sum + length, 0)
  const held = rows(validation) - lookback * validation.length
  return `${train.length.toLocaleString('en')} series: ${count(rows(train), 'row')} to learn from, the last ${held.toLocaleString('en')} to validate (--split says otherwise)`
}
