/** `attentive forecast evaluate`. */
import { progressDisplay } from '@attentive/core'
import {
  BaselineForecaster,
  type BaselineName,
  drawErrorsByHorizon,
  evaluate,
  type Forecaster,
  type ForecastScores,
  scoreTable,
  seasonLength,
  type TimeSeries,
} from '@attentive/timeseries'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { requireWritableFile } from '../../created-folders.js'
import { addRunOptions, positiveInteger } from '../../options.js'
import { printJson, printLine } from '../../output.js'
import { pictureFile, writePicture } from '../../picture-file.js'
import { readFlagSeries } from '../../read-series.js'
import { addTableOptions } from '../../table-options.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { columnsOf, firstOf, type LoadedForecaster, loadForecaster, nameOf, tableOf } from './model.js'
import { splitOption, testPart } from './parts.js'

type Flags = ReturnType<ReturnType<typeof evaluateCommand>['opts']>

export function addEvaluateCommand(forecast: CommandUnknownOpts, { terminal }: Invocation): void {
  evaluateCommand(forecast).action(async (flags) => {
    if (flags.plot !== undefined) await requireWritableFile(flags.plot)
    const loaded = await loadForecaster(flags.model, flags)
    const { forecaster } = loaded
    try {
      const scores = await scoreAll(loaded, flags, terminal)
      if (flags.plot !== undefined)
        await writePicture(flags.plot, drawErrorsByHorizon(scores, { title: 'Error by step ahead' }))
      if (flags.json) printJson(terminal.stdout, { model: flags.model, horizon: forecaster.horizon, scores })
      else printLine(terminal.stdout, textOf(forecaster, scores))
    } finally {
      await forecaster.dispose?.()
    }
  })
}

function evaluateCommand(forecast: CommandUnknownOpts) {
  const command = forecast
    .command('evaluate')
    .description(
      'Measures a trained forecaster on all windows of a test part, in original and in standardised units, beside simple methods.',
    )
    .requiredOption('--model <folder>', 'a trained model')
    .requiredOption('--test <file>', 'read as the training file was')
    .addOption(splitOption)
    .option('--stride <n>', 'rows between two windows (default: 1, all windows)', positiveInteger)
    .option('--plot <file>', 'draw the errors by step ahead: .svg, .png or .html', pictureFile)
  return addRunOptions(addTableOptions(command)).addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive forecast evaluate --model models/load --test later.csv
  $ attentive forecast evaluate --model models/ett --test ETTh1.csv --split 8640,2880,2880 --plot errors.png`

/** Beside every model. */
const besides: readonly BaselineName[] = ['naive', 'seasonal-naive']

async function scoreAll(
  loaded: LoadedForecaster,
  flags: Flags,
  { stderr }: Terminal,
): Promise<Record<string, ForecastScores>> {
  const { forecaster, coverages } = loaded
  const { horizon, target, scale } = firstOf(loaded)
  const read = await readFlagSeries(flags.test, tableOf(loaded, flags), columnsOf(loaded), stderr)
  const { series: test, start } = testPart(read, flags.split, forecaster)
  const period = seasonLength((test[0] as TimeSeries).index.frequency)
  const options = { stride: flags.stride ?? 1, scale, start }
  const display = progressDisplay({ stream: stderr })
  const watched = (name: string) => (done: number, windows: number) =>
    display.status(`${name} · ${done.toLocaleString('en')} of ${windows.toLocaleString('en')} windows`)
  try {
    const name = nameOf(loaded)
    const onProgress = watched(name)
    const scores = { [name]: await evaluate(forecaster, test, { ...options, coverages, onProgress }) }
    for (const name of besides) {
      const baseline = new BaselineForecaster({ name, horizon, period, target: target as string[] })
      scores[name] = await evaluate(baseline, test, { ...options, coverages, onProgress: watched(name) })
    }
    return scores
  } finally {
    display.stop()
  }
}

function textOf({ horizon }: Forecaster, scores: Record<string, ForecastScores>): string {
  const [first] = Object.values(scores) as [ForecastScores]
  return [
    `${first.windows.toLocaleString('en')} windows, ${horizon} steps ahead; std.: divided by the scale of the training part`,
    scoreTable(scores),
  ].join('\n')
}
