/** `attentive translate`: one verb a file. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Invocation } from '../../terminal.js'
import { addAverageCommand } from './average.js'
import { addEvaluateCommand } from './evaluate.js'
import { addExportCommand } from './export.js'
import { addRunCommand } from './run.js'
import { addTrainCommand } from './train.js'

export function addTranslateCommand(program: CommandUnknownOpts, invocation: Invocation): void {
  const translate = program
    .command('translate')
    .description('Translation between two languages, learnt from sentence pairs.')
  addTrainCommand(translate, invocation)
  addEvaluateCommand(translate, invocation)
  addRunCommand(translate, invocation)
  addAverageCommand(translate, invocation)
  addExportCommand(translate, invocation)
}
