/** `attentive translate train`. */
import { type Preparation, trainTranslator } from '@attentive/nlp'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { addRunOptions, positiveInteger } from '../../options.js'
import { count } from '../../output.js'
import { configOption, learningRateOption, seedOption } from '../../setting-options.js'
import type { Invocation, Terminal } from '../../terminal.js'
import {
  overwriteOption,
  reportTraining,
  resumeOption,
  runTraining,
  saveEveryOption,
} from '../../training.js'
import { readSettings } from './config-file.js'
import { columnsOption, corpusFiles, formatOption, onBadLineOption, openCorpus } from './corpus.js'
import { checkStart } from './header.js'

type Flags = ReturnType<ReturnType<typeof trainCommand>['opts']>

export function addTrainCommand(translate: CommandUnknownOpts, invocation: Invocation): void {
  trainCommand(translate).action(async (flags) => {
    const { result, metric } = await train(flags, invocation.terminal)
    const next = `translate run --model ${flags.out}`
    reportTraining({ result, metric, next }, flags, invocation)
  })
}

function trainCommand(translate: CommandUnknownOpts) {
  const command = translate
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
    .addOption(configOption)
    .addOption(seedOption)
    .option('--epochs <n>', 'times through the training data (default: 30)', positiveInteger)
    .option('--batch-size <n>', 'sentence pairs in a batch (default: 64)', positiveInteger)
    .addOption(learningRateOption)
    .addOption(resumeOption)
    .addOption(overwriteOption)
    .addOption(saveEveryOption)
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
  return addRunOptions(command).addHelpText('after', examples)
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

async function train(flags: Flags, terminal: Terminal) {
  const { stderr } = terminal
  const settings = await readSettings(flags)
  const corpus = openCorpus(flags.train, flags, stderr)
  const validation = flags.validation && openCorpus(flags.validation, flags, stderr)
  await checkStart(corpus, flags.train, flags, stderr)
  if (validation) await checkStart(validation, flags.validation ?? [], flags, stderr)
  const { result } = await runTraining(flags, terminal, (run, display) =>
    trainTranslator({
      ...settings,
      ...run,
      train: corpus,
      validation,
      keepBest: flags.keepBest,
      keepLast: flags.keepLast,
      engine: flags.engine,
      threads: flags.threads,
      onPreparation: (preparation) => display.status(preparationText(preparation)),
    }),
  )
  return { result, metric: settings.training.metric }
}

function preparationText({ stage, done }: Preparation): string {
  if (stage === 'pieces') return `learning byte pairs · ${done.toLocaleString('en')}`
  return `${stage === 'words' ? 'reading the corpus' : 'measuring sentences'} · ${count(done, 'pair')}`
}
