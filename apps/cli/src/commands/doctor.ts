/** `attentive doctor`: what computes here, why, and how to get something faster. */
import { chooseEngine, findOnnxRuntime } from '@attentive/core'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jsonOption } from '../options.js'
import { printJson, printLine } from '../output.js'
import type { Terminal } from '../terminal.js'

export function addDoctorCommand(program: CommandUnknownOpts, { stdout }: Terminal): void {
  program
    .command('doctor')
    .description('Says which engines were found, which one is used and why, and how to get a faster one.')
    .addOption(jsonOption)
    .action(({ json }) => {
      const report = { engine: chooseEngine(), onnxRuntime: findOnnxRuntime() }
      if (json) printJson(stdout, report)
      else printLine(stdout, `engine: ${report.engine}`)
    })
}
