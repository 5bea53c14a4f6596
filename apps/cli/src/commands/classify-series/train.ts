/** `attentive classify-series train`. */
import { InvalidArgumentError } from '@attentive/core'
import {
  type ClassifierConfig,
  classifierNames,
  type LabelledSeries,
  type ParsedClassifierConfig,
  parseClassifierConfig,
  SeriesClassifier,
  splitLabelled,
  type TableSettings,
} from '@attentive/timeseries'
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { nameList } from '../../lists.js'
import { addRunOptions } from '../../options.js'
import { printLine } from '../../output.js'
import { type Draft, defined, readSettingsFile, requireObject, trainingDraft } from '../../settings-file.js'
import { addTableOptions, tableSettings } from '../../table-options.js'
import type { Invocation, OutputStream } from '../../terminal.js'
import { addTrainingOptions, reportTraining, runTraining } from '../../training.js'
import { isLong, labelOption, readLabelled } from './labelled.js'

type Flags = ReturnType<ReturnType<typeof trainCommand>['opts']>
type ClassifierDraft = Draft & { model?: { name?: string }; table?: TableSettings }

/** Share of each class that decides when training stops, where nobody names other series. */
const validationShare = 0.2

export function addTrainCommand(classify: CommandUnknownOpts, invocation: Invocation): void {
  const { terminal } = invocation
  trainCommand(classify).action(async (flags) => {
    const config = await settings(flags)
    const { train, validation } = await readParts(config, flags, terminal.stderr)
    const classifier = new SeriesClassifier(config, { engine: flags.engine, threads: flags.threads })
    try {
      const result = await runTraining(flags, terminal, (run) =>
        classifier.fit(train, { ...run, validation }),
      )
      const next = `classify-series run --model ${flags.out} --data ${flags.train}`
      reportTraining({ result, metric: config.training.metric, next }, flags, invocation)
    } finally {
      await classifier.dispose()
    }
  })
}

function trainCommand(classify: CommandUnknownOpts) {
  const command = classify
    .command('train')
    .description(
      'Learns classes of series. Each row is a series, its label first, as in the UCR archive; with --series each row is a time of one.',
    )
    .requiredOption('--train <file>', 'CSV, TSV or spaces, plain or gzip')
    .requiredOption('--out <folder>', 'for the model, its checkpoints and its history')
    .option(
      '--validation <file>',
      'series that decide which weights are the best (default: a fifth of --train)',
    )
    .addOption(labelOption)
    .option('--channels <column,...>', 'that are read, with --series (default: all numbers)', nameList)
    .addOption(new Option('--model <name>', 'network (default: lstm-attention)').choices(classifierNames))
    .option('--balanced', 'give all classes the same weight together, however rare they are')
  return addRunOptions(addTableOptions(addTrainingOptions(command))).addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive classify-series train --train ECG5000_TRAIN.tsv --balanced --out models/heart
  $ attentive classify-series train --train walks.csv --series walk --time time --label person --out models/gait`

async function settings(flags: Flags): Promise<ParsedClassifierConfig> {
  if (flags.config === undefined) return parseClassifierConfig(withFlags({}, flags))
  return readSettingsFile(flags.config, (found) =>
    parseClassifierConfig(withFlags(requireObject<ClassifierDraft>(found), flags)),
  )
}

function withFlags(draft: ClassifierDraft, flags: Flags): ClassifierConfig {
  const { model = draft.model?.name ?? 'lstm-attention', channels, balanced, seed, label } = flags
  const table = tableSettings(flags, draft.table)
  if (isLong(table) && (label ?? draft.label) === undefined)
    throw new InvalidArgumentError({
      argument: '--label',
      expected: 'the column of the label, where a row is a time of a series',
      received: 'none',
    })
  return {
    ...draft,
    ...defined({ channels, seed, label, classWeights: balanced ? 'balanced' : undefined }),
    model: { ...(draft.model?.name === model ? draft.model : {}), name: model },
    table,
    training: trainingDraft(draft, flags),
  } as ClassifierConfig
}

async function readParts(
  config: ParsedClassifierConfig,
  flags: Flags,
  stderr: OutputStream,
): Promise<Record<'train' | 'validation', LabelledSeries[]>> {
  const all = await readLabelled(flags.train, config, stderr)
  if (flags.validation !== undefined)
    return { train: all, validation: await readLabelled(flags.validation, config, stderr) }
  const shares = [1 - validationShare, validationShare]
  const [train = [], validation = []] = splitLabelled(all, shares, { seed: config.seed })
  if (!flags.json)
    printLine(
      stderr,
      `${train.length.toLocaleString('en')} series to learn from, ${validation.length.toLocaleString('en')} to validate`,
    )
  return { train, validation }
}
