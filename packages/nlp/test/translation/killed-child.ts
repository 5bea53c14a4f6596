/** A training process to be killed: trains the tiny translator in the folder it is given, saving after every step. */
import { Translator } from '../../src/index.js'
import { killedRun } from './killed-run.js'

const [output = ''] = process.argv.slice(2)
await Translator.train({
  ...killedRun,
  output,
  resume: true,
  saveEverySteps: 1,
  onProgress: () => process.stdout.write('.'),
})
process.stdout.write('done')
