/** A training process to be killed: trains the tiny translator in the folder it is given, saving after every step. */
import { type EngineOptions, Translator } from '../../src/index.js'
import { killedRun } from './killed-run.js'

const [output = '', engine] = process.argv.slice(2)
await Translator.train({
  ...killedRun,
  engine: engine as EngineOptions['engine'],
  threads: 1,
  output,
  resume: true,
  saveEverySteps: 1,
  onProgress: () => process.stdout.write('.'),
})
process.stdout.write('done')
