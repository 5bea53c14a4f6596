/** `attentive detect train`. */
import { formatDuration, type TrainResult } from '@attentive/core'
import { AnomalyDetector, type ParsedDetectorConfig, type TimeSeries } from '@attentive/timeseries'
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { addRunOptions, positiveInteger, share } from '../../options.js'
import { printLine } from '../../output.js'
import { readFlagSeries } from '../../read-series.js'
import { targetOption } from '../../setting-options.js'
import { addTableOptions } from '../../table-options.js'
import type { Invocation, OutputStream } from '../../terminal.js'
import { addTrainingOptions, reportTraining, runTraining } from '../../training.js'
import { detectorSettings } from './settings.js'

export function addTrainCommand(detect: CommandUnknownOpts, invocation: Invocation): void {
  const { terminal } = invocation
  trainCommand(detect).action(async (flags) => {
    const config = await detectorSettings(flags)
    const train = await read(flags.train, config, terminal.stderr)
    const validation = flags.validation && (await read(flags.validation, config, terminal.stderr))
    const detector = new AnomalyDetector(config, { engine: flags.engine, threads: flags.threads })
    try {
      const result: TrainResult = await runTraining(flags, terminal, (run) =>
        detector.fit(train, { ...run, ...(validation ? { validation } : {}) }),
      )
      if (!flags.json && result.stoppedBy !== 'interrupt')
        printLine(
          terminal.stdout,
          `Scores above ${detector.threshold?.toFixed(2)} are anomalies (${formatDuration(result.seconds)} of training).`,
        )
      const next = `detect run --model ${flags.out} --data ${flags.train} --plot anomalies.html`
      reportTraining({ result, metric: 'loss', next }, flags, invocation)
    } finally {
      await detector.dispose()
    }
  })
}

function trainCommand(detect: CommandUnknownOpts) {
  const command = detect
    .command('train')
    .description(
      'Learns from normal series what is usual. Ctrl-C saves and stops; --resume goes on from there, exactly.',
    )
    .requiredOption(
      '--train <file>',
      'CSV, TSV or JSONL, plain or gzip, a row for each time: normal, or mostly so',
    )
    .requiredOption('--out <folder>', 'for the detector and its checkpoints')
    .option('--validation <file>', 'clean rows that choose the threshold (default: the last 20 % of --train)')
    .addOption(targetOption)
    .addOption(
      new Option(
        '--method <name>',
        'what is strange: what cannot be retold, or what was not expected (default: autoencoder)',
      ).choices(['autoencoder', 'forecast'] as const),
    )
    .option('--window <n>', 'rows that are retold, or looked back on (default: 48)', positiveInteger)
    .option('--risk <p>', 'how likely a clean row may be called an anomaly (default: 0.0001)', share)
  return addRunOptions(addTableOptions(addTrainingOptions(command))).addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive detect train --train pulse.csv --time time --target pulse --window 48 --out models/pulse
  $ attentive detect train --train machine.csv --time time --method forecast --out models/machine`

function read(
  file: string,
  { table = {}, target }: ParsedDetectorConfig,
  stderr: OutputStream,
): Promise<TimeSeries[]> {
  return readFlagSeries(file, table, target ? { channels: target } : {}, stderr)
}
