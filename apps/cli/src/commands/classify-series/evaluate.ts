/** `attentive classify-series evaluate`. */
import { textTable } from '@attentive/core'
import type { ClassificationScores } from '@attentive/timeseries'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { addRunOptions } from '../../options.js'
import { printJson, printLine } from '../../output.js'
import type { Invocation } from '../../terminal.js'
import { readLabelled } from './labelled.js'
import { loadClassifier } from './model.js'

export function addEvaluateCommand(classify: CommandUnknownOpts, { terminal }: Invocation): void {
  evaluateCommand(classify).action(async (flags) => {
    const classifier = await loadClassifier(flags.model, flags)
    try {
      const scores = await classifier.evaluate(
        await readLabelled(flags.test, classifier.config, terminal.stderr),
      )
      if (flags.json) printJson(terminal.stdout, { model: flags.model, scores })
      else printLine(terminal.stdout, textOf(scores))
    } finally {
      await classifier.dispose()
    }
  })
}

function evaluateCommand(classify: CommandUnknownOpts) {
  const command = classify
    .command('evaluate')
    .description('Measures how well classes are told apart: by class, and which is taken for which.')
    .requiredOption('--model <folder>', 'a trained model')
    .requiredOption('--test <file>', 'labelled series, read as the training file was')
  return addRunOptions(command).addHelpText(
    'after',
    '\nExample:\n  $ attentive classify-series evaluate --model models/heart --test ECG5000_TEST.tsv',
  )
}

const share = (value: number) => value.toFixed(3)

function textOf({
  count,
  accuracy,
  balancedAccuracy,
  macroF1,
  byClass,
  confusion,
}: ClassificationScores): string {
  return [
    `${count.toLocaleString('en')} series: accuracy ${share(accuracy)}, balanced ${share(balancedAccuracy)}, macro F1 ${share(macroF1)}`,
    textTable([
      ['class', 'precision', 'recall', 'F1', 'series'],
      ...byClass.map(({ label, precision, recall, f1, support }) => [
        label,
        ...[precision, recall, f1].map(share),
        support.toLocaleString('en'),
      ]),
    ]),
    '',
    textTable([
      ['is \\ said', ...confusion.classes],
      ...confusion.counts.map((row, k) => [confusion.classes[k] as string, ...row.map(String)]),
    ]),
  ].join('\n')
}
