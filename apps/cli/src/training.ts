/** What every `train` verb does around a training: the folder, the progress, Ctrl-C, the words in the end. */
import {
  formatDuration,
  type ProgressDisplay,
  progressDisplay,
  type TrainingProgress,
  type TrainResult,
} from '@attentive/core'
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { missingFolders, removeEmpty } from './created-folders.js'
import { positiveNumber } from './options.js'
import { count, printJson, printLine } from './output.js'
import { resumeCommand } from './resume-command.js'
import { prepareRunFolder } from './run-folder.js'
import {
  batchSizeOption,
  configOption,
  epochsOption,
  learningRateOption,
  seedOption,
} from './setting-options.js'
import type { Invocation, Terminal } from './terminal.js'

export const resumeOption = new Option('--resume', 'continue the run in --out; begin it where there is none')
export const overwriteOption = new Option('--overwrite', 'begin anew where --out holds a run').conflicts(
  'resume',
)
export const saveEveryOption = new Option(
  '--save-every <minutes>',
  'time between checkpoints (default: 10)',
).argParser(positiveNumber)

/** What all flags of a training of series say. */
type TrainingOptionFlags = {
  config?: string | undefined
  seed?: number | undefined
  epochs?: number | undefined
  batchSize?: number | undefined
  learningRate?: number | undefined
  resume?: true | undefined
  overwrite?: true | undefined
  saveEvery?: number | undefined
}

/** Settings and the folder of a training, for models of series, in place. */
export function addTrainingOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & TrainingOptionFlags> {
  for (const option of [
    configOption,
    seedOption,
    epochsOption,
    batchSizeOption,
    learningRateOption,
    resumeOption,
    overwriteOption,
    saveEveryOption,
  ])
    command.addOption(option as Option)
  return command as Command<Args, Opts & TrainingOptionFlags>
}

export interface TrainingFlags {
  out: string
  resume?: true | undefined
  overwrite?: true | undefined
  saveEvery?: number | undefined
  json?: true | undefined
}

/** What trainings of all packages take. */
export interface Run {
  output: string
  resume: boolean
  saveEveryMinutes: number | undefined
  signal: AbortSignal
  onProgress(progress: TrainingProgress): void
}

/**
 * Prepares the folder, shows progress, and stops after a step when Ctrl-C is pressed.
 * @param train is given what it passes on, and the display for other messages.
 * @throws InvalidArgumentError when the folder holds a run and no flag says what to do about it.
 */
export async function runTraining<T>(
  flags: TrainingFlags,
  { stderr, onInterrupt }: Terminal,
  train: (run: Run, display: ProgressDisplay) => Promise<T>,
): Promise<T> {
  await prepareRunFolder(flags.out, flags)
  const created = await missingFolders(flags.out)
  const display = progressDisplay({ stream: stderr })
  const interrupt = onInterrupt()
  interrupt.signal.addEventListener('abort', () =>
    display.print('Stopping after this step; press Ctrl-C again to quit at once.'),
  )
  const run: Run = {
    output: flags.out,
    resume: flags.resume === true,
    saveEveryMinutes: flags.saveEvery,
    signal: interrupt.signal,
    onProgress: display.onProgress,
  }
  try {
    return await train(run, display)
  } catch (error) {
    await removeEmpty(created)
    throw error
  } finally {
    display.stop()
    interrupt.release()
  }
}

export interface TrainingReport {
  result: TrainResult
  /** What the best checkpoint was chosen by. */
  metric: string
  /** The command that uses the model, without the program's name. */
  next: string
}

/** Says how a training ended. */
export function reportTraining(
  { result, metric, next }: TrainingReport,
  flags: TrainingFlags,
  { terminal, args }: Invocation,
): void {
  const { history: _history, ...rest } = result
  if (result.stoppedBy === 'interrupt')
    printLine(
      terminal.stderr,
      `Stopped after step ${result.steps}; everything is saved. Go on with\n  ${resumeCommand(args)}`,
    )
  if (flags.json) printJson(terminal.stdout, { model: flags.out, ...rest, metric })
  else printLine(terminal.stdout, summaryOf({ result, metric, next }, flags.out))
}

function summaryOf({ result, metric, next }: TrainingReport, out: string): string {
  const { best, averaged, steps, seconds, stoppedBy } = result
  const why = stoppedBy === 'earlyStopping' ? '; validation no longer got better' : ''
  return [
    `Trained for ${count(steps, 'step')} in ${formatDuration(seconds)}${why}.`,
    ...(best ? [`Best validation: ${metric} ${figure(best.score)}, after step ${best.step}.`] : []),
    ...(averaged ? [`Mean of the ${averaged.steps.length} best: ${metric} ${figure(averaged.score)}.`] : []),
    `Saved in ${out}. Try it: attentive ${next}`,
  ].join('\n')
}

/** Two decimals, and more for small numbers. */
const figure = (score: number): string => (Math.abs(score) < 1 ? score.toFixed(4) : score.toFixed(2))
