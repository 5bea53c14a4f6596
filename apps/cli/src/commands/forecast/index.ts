/** `attentive forecast`: one verb a file. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Invocation } from '../../terminal.js'
import { addContestCommands } from './backtest.js'
import { addEvaluateCommand } from './evaluate.js'
import { addRunCommand } from './run.js'
import { addTrainCommand } from './train.js'

export function addForecastCommand(program: CommandUnknownOpts, invocation: Invocation): void {
  const forecast = program.command('forecast').description('Forecasts of time series, learnt from tables.')
  addTrainCommand(forecast, invocation)
  addEvaluateCommand(forecast, invocation)
  addRunCommand(forecast, invocation)
  addContestCommands(forecast, invocation)
}
