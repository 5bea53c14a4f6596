/** `attentive classify-series run`. */
import {
  type Cell,
  type Classification,
  csvText,
  lookbackAttentionChart,
  readLabelledRows,
  type SeriesClassifier,
  type TimeSeries,
  writeTable,
} from '@attentive/timeseries'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { requireWritableFile } from '../../created-folders.js'
import { addRunOptions, tableFileOption } from '../../options.js'
import { count, printJson, printLine } from '../../output.js'
import { pictureFile, writePicture } from '../../picture-file.js'
import { readFlagSeries } from '../../read-series.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { isLong, rowOptions } from './labelled.js'
import { loadClassifier } from './model.js'

type Flags = ReturnType<ReturnType<typeof runCommand>['opts']>

export function addRunCommand(classify: CommandUnknownOpts, { terminal }: Invocation): void {
  runCommand(classify).action(async (flags) => {
    for (const file of [flags.out, flags.plot]) if (file !== undefined) await requireWritableFile(file)
    const classifier = await loadClassifier(flags.model, flags)
    try {
      const series = await readSeriesOf(classifier, flags.data, terminal)
      await write(series, await classifier.predict(series), flags, terminal)
    } finally {
      await classifier.dispose()
    }
  })
}

function runCommand(classify: CommandUnknownOpts) {
  const command = classify
    .command('run')
    .description('Says which class each series belongs to, and how likely each class is: a CSV table.')
    .requiredOption('--model <folder>', 'a trained model')
    .requiredOption(
      '--data <file>',
      'series, read as the training file was; what its label column holds does not matter',
    )
    .addOption(tableFileOption)
    .option(
      '--plot <file>',
      'draw the first series and the steps that counted: .svg, .png or .html',
      pictureFile,
    )
  return addRunOptions(command).addHelpText(
    'after',
    '\nExample:\n  $ attentive classify-series run --model models/heart --data beats.tsv --plot beat.png',
  )
}

async function readSeriesOf(
  { config, channels }: SeriesClassifier,
  file: string,
  { stderr }: Terminal,
): Promise<TimeSeries[]> {
  const { table, label } = config
  if (isLong(table)) return readFlagSeries(file, table, { channels: [...(channels ?? [])] }, stderr)
  return (await readLabelledRows(file, rowOptions(table, label))).map(({ series }) => series)
}

async function write(
  series: readonly TimeSeries[],
  classes: readonly Classification[],
  flags: Flags,
  { stdout, stderr }: Terminal,
): Promise<void> {
  if (flags.plot !== undefined)
    await writePicture(flags.plot, chartOf(series[0] as TimeSeries, classes[0] as Classification))
  if (flags.out !== undefined) {
    await writeTable(flags.out, ...tableOf(series, classes))
    printLine(stderr, `Wrote ${count(series.length, 'row')} to ${flags.out}.`)
  }
  if (flags.json)
    printJson(stdout, {
      model: flags.model,
      series: classes.map(({ label, probabilities }, i) => ({ name: series[i]?.name, label, probabilities })),
    })
  else if (flags.out === undefined) stdout.write(csvText(...tableOf(series, classes)))
}

function chartOf(series: TimeSeries, { label, attention }: Classification) {
  const name = series.channels[0] as string
  return lookbackAttentionChart({
    title: `${series.name}: ${label}`,
    times: series.index.times(),
    values: series.channel(name),
    weights: attention,
    name,
  })
}

/** Names of the columns, and rows. */
function tableOf(
  series: readonly TimeSeries[],
  classes: readonly Classification[],
): [names: string[], rows: Cell[][]] {
  const labels = Object.keys(classes[0]?.probabilities ?? {})
  return [
    ['series', 'class', ...labels.map((label) => `p(${label})`)],
    classes.map(({ label, probabilities }, i): Cell[] => [
      series[i]?.name ?? '',
      label,
      ...labels.map((name) => Number((probabilities[name] as number).toPrecision(6))),
    ]),
  ]
}
