/** `attentive classify-series`: one verb a file. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Invocation } from '../../terminal.js'
import { addEvaluateCommand } from './evaluate.js'
import { addRunCommand } from './run.js'
import { addTrainCommand } from './train.js'

export function addClassifySeriesCommand(program: CommandUnknownOpts, invocation: Invocation): void {
  const classify = program
    .command('classify-series')
    .description('Which class a time series belongs to, learnt from labelled ones.')
  addTrainCommand(classify, invocation)
  addEvaluateCommand(classify, invocation)
  addRunCommand(classify, invocation)
}
