/** `attentive detect`: one verb a file. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Invocation } from '../../terminal.js'
import { addEvaluateCommand } from './evaluate.js'
import { addRunCommand } from './run.js'
import { addTrainCommand } from './train.js'

export function addDetectCommand(program: CommandUnknownOpts, invocation: Invocation): void {
  const detect = program
    .command('detect')
    .description('Anomalies in time series, by what is usual in normal ones.')
  addTrainCommand(detect, invocation)
  addEvaluateCommand(detect, invocation)
  addRunCommand(detect, invocation)
}
