/** The command line: parses, calls a verb, and turns whatever happens into an exit code. */
import { createRequire } from 'node:module'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { addClassifySeriesCommand } from './commands/classify-series/index.js'
import { addDetectCommand } from './commands/detect/index.js'
import { addDoctorCommand } from './commands/doctor.js'
import { addForecastCommand } from './commands/forecast/index.js'
import { addTranslateCommand } from './commands/translate/index.js'
import { exitCodes, reportError } from './errors.js'
import { flagsOf } from './flag-names.js'
import { colorsFor } from './output.js'
import { StrictCommand } from './strict-command.js'
import type { Terminal } from './terminal.js'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/**
 * Runs one command.
 * @param args as typed after `attentive`.
 * @returns the exit code: 0 done, 1 failed with a message, 2 wrong usage.
 */
export async function attentive(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = createProgram(terminal, args)
  let running: CommandUnknownOpts = program
  program.hook('preAction', (_, command) => {
    running = command
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    return reportError(error, terminal, {
      debug: program.opts().debug === true || Boolean(terminal.env.DEBUG),
      flags: flagsOf(running),
    })
  }
}

function createProgram(terminal: Terminal, args: readonly string[]) {
  const { stdout, stderr } = terminal
  const program = new StrictCommand('attentive')
    .description('Trains, evaluates and runs LSTM and attention models.')
    .version(version, '-V, --version', 'print the version')
    .option('--debug', 'print where an error happened, too (as does DEBUG=1)')
    .helpOption('-h, --help', 'print help; every command has its own')
    .addHelpText('after', examples)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(--help says more)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, colorsFor(stderr, terminal).red('error:'))),
      getOutHasColors: () => colorsFor(stdout, terminal).isColorSupported,
      getErrHasColors: () => colorsFor(stderr, terminal).isColorSupported,
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
    })
  addDoctorCommand(program, terminal)
  addForecastCommand(program, { terminal, args })
  addDetectCommand(program, { terminal, args })
  addClassifySeriesCommand(program, { terminal, args })
  addTranslateCommand(program, { terminal, args })
  return program
}

const helpWidth = 110

const examples = `
Examples:
  $ attentive doctor
  $ attentive translate train --train train.en train.de --validation val.en val.de --out models/en-de
  $ attentive translate evaluate --model models/en-de --test test.en test.de
  $ attentive translate run --model models/en-de "Two dogs run through the snow."

Exit codes: 0 done, 1 failed with a message, 2 wrong usage.`
