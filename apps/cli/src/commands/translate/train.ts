/** `attentive translate train`. */
import { formatDuration, progressDisplay, type TrainResult } from '@attentive/core'
import { type Preparation, trainTranslator } from '@attentive/nlp'
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { missingFolders, removeEmpty } from '../../created-folders.js'
import {
  engineOption,
  integer,
  jsonOption,
  positiveInteger,
  positiveNumber,
  threadsOption,
} from '../../options.js'
import { count, printJson, printLine } from '../../output.js'
import { resumeCommand } from '../../resume-command.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { readSettings } from './config-file.js'
import { columnsOption, corpusFiles, formatOption, onBadLineOption, openCorpus } from './corpus.js'
import { checkStart } from './header.js'
import { prepareRunFolder } from './run-folder.js'

type Flags = ReturnType<ReturnType<typeof trainCommand>['opts']>

export function addTrainCommand(translate: CommandUnknownOpts, { terminal, args }: Invocation): void {
  trainCommand(translate).action(async (flags) => {
    const { result, metric } = await train(flags, terminal)
    if (result.stoppedBy === 'interrupt')
      printLine(
        terminal.stderr,
        `Stopped after step ${result.steps}; everything is saved. Go on with\n  ${resumeCommand(args)}`,
      )
    if (flags.json) printJson(terminal.stdout, jsonOf(flags, result, metric))
    else printLine(terminal.stdout, summaryOf(flags, result, metric))
  })
}

function trainCommand(translate: CommandUnknownOpts) {
  return translate
    .command('train')
    .description(
      'Learns to translate from sentence pairs. Ctrl-C saves and stops; --resume goes on from there, exactly.',
    )
    .requiredOption(
      '--train <file...>',
      'two files with corresponding lines, or one TSV, CSV or JSONL file; plain or gzip',
      corpusFiles,
    )
    .requiredOption('--out <folder>', 'for the model, its checkpoints and its history')
    .option(
      '--validation <file...>',
      'sentence pairs that decide which weights are the best, and when to stop',
      corpusFiles,
    )
    .option('--config <file>', 'all settings, in YAML or JSON; flags go before it')
    .option('--seed <n>', 'of every random choice (default: 1)', integer)
    .option('--epochs <n>', 'times through the training data (default: 30)', positiveInteger)
    .option('--batch-size <n>', 'sentence pairs in a batch (default: 64)', positiveInteger)
    .option('--learning-rate <x>', 'of the optimiser (default: 0.001)', positiveNumber)
    .option('--resume', 'continue the run in --out; begin it where there is none')
    .addOption(new Option('--overwrite', 'begin anew where --out holds a run').conflicts('resume'))
    .option('--save-every <minutes>', 'time between checkpoints (default: 10)', positiveNumber)
    .option(
      '--keep-best <n>',
      'keep the models of so many best validations in OUT/snapshots',
      positiveInteger,
    )
    .option(
      '--keep-last <n>',
      'keep the models of so many last validations in OUT/snapshots',
      positiveInteger,
    )
    .option(
      '--average-best <n>',
      'end with the mean of the weights of so many best validations',
      positiveInteger,
    )
    .addOption(formatOption)
    .addOption(columnsOption)
    .addOption(onBadLineOption)
    .addOption(engineOption)
    .addOption(threadsOption)
    .addOption(jsonOption)
    .addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive translate train --train train.en train.de --validation val.en val.de --out models/en-de
  $ attentive translate train --train pairs.tsv.gz --columns english,german --on-bad-line skip --out models/en-de
  $ attentive translate train --train train.en train.de --config en-de.yaml --epochs 50 --out models/en-de --resume

A configuration file:
  source: { tokenizer: { type: moses, language: en } }
  target: { tokenizer: { type: moses, language: de } }
  text: { casing: truecase, subword: { type: bpe, merges: 8000 } }
  model: { embeddingSize: 256, hiddenSize: 256, attention: additive }
  training: { batchSize: 64, epochs: 30, patience: 5, optimizer: { type: adam, learningRate: 0.001 } }
  seed: 1`

async function train(flags: Flags, { stderr, onInterrupt }: Terminal) {
  const settings = await readSettings(flags)
  const corpus = openCorpus(flags.train, flags, stderr)
  const validation = flags.validation && openCorpus(flags.validation, flags, stderr)
  await checkStart(corpus, flags.train, flags, stderr)
  if (validation) await checkStart(validation, flags.validation ?? [], flags, stderr)
  await prepareRunFolder(flags.out, flags)
  const created = await missingFolders(flags.out)
  const display = progressDisplay({ stream: stderr })
  const interrupt = onInterrupt()
  interrupt.signal.addEventListener('abort', () =>
    display.print('Stopping after this step; press Ctrl-C again to quit at once.'),
  )
  try {
    const { result } = await trainTranslator({
      ...settings,
      train: corpus,
      validation,
      output: flags.out,
      resume: flags.resume === true,
      saveEveryMinutes: flags.saveEvery,
      keepBest: flags.keepBest,
      keepLast: flags.keepLast,
      engine: flags.engine,
      threads: flags.threads,
      signal: interrupt.signal,
      onPreparation: (preparation) => display.status(preparationText(preparation)),
      onProgress: display.onProgress,
    })
    return { result, metric: settings.training.metric }
  } catch (error) {
    await removeEmpty(created)
    throw error
  } finally {
    display.stop()
    interrupt.release()
  }
}

function preparationText({ stage, done }: Preparation): string {
  if (stage === 'pieces') return `learning byte pairs · ${done.toLocaleString('en')}`
  return `${stage === 'words' ? 'reading the corpus' : 'measuring sentences'} · ${count(done, 'pair')}`
}

function jsonOf({ out }: Flags, { history: _history, ...result }: TrainResult, metric: string) {
  return { model: out, ...result, metric }
}

function summaryOf({ out }: Flags, result: TrainResult, metric: string): string {
  const { best, averaged, steps, seconds, stoppedBy } = result
  const why = stoppedBy === 'earlyStopping' ? '; validation no longer got better' : ''
  return [
    `Trained for ${count(steps, 'step')} in ${formatDuration(seconds)}${why}.`,
    ...(best ? [`Best validation: ${metric} ${best.score.toFixed(2)}, after step ${best.step}.`] : []),
    ...(averaged
      ? [`Mean of the ${averaged.steps.length} best: ${metric} ${averaged.score.toFixed(2)}.`]
      : []),
    `Saved in ${out}. Try it: attentive translate run --model ${out}`,
  ].join('\n')
}
