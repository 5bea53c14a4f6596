/**
 * A training process to which writing is refused on the way: it trains in the folder it is given, saving after every
 * step. If a file or folder in it is named, then as somebody who is not root, and before step 3 is saved the permission
 * to write there is taken away. Prints how it ended.
 */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { Translator } from '../../src/index.js'
import { killedRun } from './killed-run.js'

const nobody = 65_534
const [output = '', locked] = process.argv.slice(2)
if (locked !== undefined && process.getuid?.() === 0) {
  // Loads all modules, which may lie where only root can read.
  const rehearsal = await Translator.train(killedRun)
  await rehearsal.dispose()
  process.setuid?.(nobody)
}

function train(): Promise<Translator> {
  return Translator.train({
    ...killedRun,
    output,
    resume: true,
    saveEverySteps: 1,
    onProgress({ phase, step }) {
      if (locked !== undefined && phase === 'training' && step === 3) chmodSync(join(output, locked), 0o555)
    },
  })
}

const ended = await train().then(
  ({ trainResult }) => ({ steps: trainResult?.steps }),
  ({ name, message }: Error) => ({ name, message }),
)
process.stdout.write(JSON.stringify(ended))
