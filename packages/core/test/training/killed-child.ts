/** A training process to be killed: trains the tiny run in the folder it is given, saving after every step. */
import { train } from '../../src/training/trainer.js'
import { killedSnapshots, tinyRun } from './tiny-run.js'

const [folder = ''] = process.argv.slice(2)
const { options } = tinyRun({
  epochs: 6,
  checkpoint: { folder, everySteps: 1, resume: true, ...killedSnapshots },
})
const { step } = options
options.step = async (batch) => {
  process.stdout.write('.')
  return step(batch)
}
await train(options)
process.stdout.write('done')
