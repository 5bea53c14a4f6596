/** `attentive detect run`. */
import { type Cell, csvText, type Detection, type TimeSeries, writeTable } from '@attentive/timeseries'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { requireWritableFile } from '../../created-folders.js'
import { addRunOptions, tableFileOption } from '../../options.js'
import { count, printJson, printLine } from '../../output.js'
import { pictureFile, writePicture } from '../../picture-file.js'
import { addTableOptions } from '../../table-options.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { loadDetector, readWatched, truthOf } from './model.js'

type Flags = ReturnType<ReturnType<typeof runCommand>['opts']>

interface Found {
  series: TimeSeries
  detection: Detection
}

export function addRunCommand(detect: CommandUnknownOpts, { terminal }: Invocation): void {
  runCommand(detect).action(async (flags) => {
    for (const file of [flags.out, flags.plot]) if (file !== undefined) await requireWritableFile(file)
    const detector = await loadDetector(flags.model, flags)
    try {
      const series = await readWatched(detector, flags.data, flags, {
        label: flags.label,
        stderr: terminal.stderr,
      })
      const found: Found[] = []
      for (const one of series) found.push({ series: one, detection: await detector.detect(one) })
      await write(found, flags, terminal)
    } finally {
      await detector.dispose()
    }
  })
}

function runCommand(detect: CommandUnknownOpts) {
  const command = detect
    .command('run')
    .description('Finds anomalies: a CSV table with a row for each event.')
    .requiredOption('--model <folder>', 'a trained detector')
    .requiredOption('--data <file>', 'read as the training file was')
    .option('--label <column>', 'what is true, 0 for normal: drawn beside what was found')
    .addOption(tableFileOption)
    .option('--plot <file>', 'draw series, scores and events: .svg, .png or .html', pictureFile)
  return addRunOptions(addTableOptions(command)).addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive detect run --model models/pulse --data tonight.csv --plot anomalies.html
  $ attentive detect run --model models/pulse --data tonight.csv --out events.csv`

async function write(found: readonly Found[], flags: Flags, { stdout, stderr }: Terminal): Promise<void> {
  if (flags.plot !== undefined) {
    const [{ series, detection }] = found as [Found]
    const truth = flags.label === undefined ? {} : { truth: truthOf(series, flags.label) }
    await writePicture(flags.plot, detection.chart(truth))
  }
  if (flags.out !== undefined) {
    await writeTable(flags.out, ...tableOf(found))
    printLine(
      stderr,
      `Wrote ${count(
        found.reduce((sum, { detection }) => sum + detection.events.length, 0),
        'event',
      )} to ${flags.out}.`,
    )
  }
  if (flags.json)
    printJson(stdout, {
      model: flags.model,
      series: found.map(({ series, detection: { threshold, events } }) => ({
        name: series.name,
        threshold,
        events,
      })),
    })
  else if (flags.out === undefined) stdout.write(csvText(...tableOf(found)))
}

/** Names of the columns, and rows. */
function tableOf(found: readonly Found[]): [names: string[], rows: Cell[][]] {
  const isPanel = found.length > 1 || found[0]?.series.name !== ''
  const names = [...(isPanel ? ['series'] : []), 'start', 'end', 'steps', 'peak', 'score', 'channel']
  const rows = found.flatMap(({ series, detection }) =>
    detection.events.map(({ start, end, from, to, peak, score, channel }): Cell[] => [
      ...(isPanel ? [series.name] : []),
      start,
      end,
      to - from,
      peak,
      Number(score.toPrecision(6)),
      channel,
    ]),
  )
  return [names, rows]
}
