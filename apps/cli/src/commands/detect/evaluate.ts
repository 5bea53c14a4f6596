/** `attentive detect evaluate`. */
import { DataError, textTable } from '@attentive/core'
import type { DetectionEvaluation, DetectionScores } from '@attentive/timeseries'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { addRunOptions } from '../../options.js'
import { printJson, printLine } from '../../output.js'
import { addTableOptions } from '../../table-options.js'
import type { Invocation } from '../../terminal.js'
import { loadDetector, readWatched, truthOf } from './model.js'

export function addEvaluateCommand(detect: CommandUnknownOpts, { terminal }: Invocation): void {
  evaluateCommand(detect).action(async (flags) => {
    const { label } = flags
    const detector = await loadDetector(flags.model, flags)
    try {
      const series = await readWatched(detector, flags.test, flags, { label, stderr: terminal.stderr })
      const [only, ...others] = series
      if (!only || others.length > 0)
        throw new DataError({
          argument: '--test',
          expected: 'one series',
          received: String(series.length),
          hint: 'Evaluate the series of a panel one by one.',
        })
      const scores = await detector.evaluate(only, truthOf(only, label))
      if (flags.json) printJson(terminal.stdout, { model: flags.model, scores })
      else printLine(terminal.stdout, textOf(scores))
    } finally {
      await detector.dispose()
    }
  })
}

function evaluateCommand(detect: CommandUnknownOpts) {
  const command = detect
    .command('evaluate')
    .description('Measures how well anomalies are found that are known: by step, by event, by range.')
    .requiredOption('--model <folder>', 'a trained detector')
    .requiredOption('--test <file>', 'read as the training file was')
    .requiredOption('--label <column>', 'what is true, 0 for normal')
  return addRunOptions(addTableOptions(command)).addHelpText(
    'after',
    '\nExample:\n  $ attentive detect evaluate --model models/pulse --test labelled.csv --label anomaly',
  )
}

function textOf({ points, pointAdjusted, events, ranges, ...rest }: DetectionEvaluation): string {
  const row = (name: string, { precision, recall, f1 }: DetectionScores) => [
    name,
    ...[precision, recall, f1].map((value) => value.toFixed(3)),
  ]
  const { averagePrecision, rocArea, delay } = rest
  return [
    textTable([
      ['', 'precision', 'recall', 'F1'],
      row('events', events),
      row('ranges', ranges),
      row('steps', points),
      row('steps, point-adjusted (flatters)', pointAdjusted),
    ]),
    `Average precision ${averagePrecision.toFixed(3)}, ROC area ${rocArea.toFixed(3)}, noticed after ${Number.isNaN(delay) ? '–' : delay.toFixed(1)} steps.`,
  ].join('\n')
}
