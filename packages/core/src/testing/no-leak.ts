import * as tf from '@tensorflow/tfjs-core'
import { NumericalError } from '../errors.js'

/**
 * Runs `action` several times and expects the number of tensors to stay as it was after the first run (which may
 * fill caches, such as those of parameters).
 * @throws NumericalError with the numbers of tensors before and after.
 */
export async function expectNoLeak(action: () => unknown, runs = 3): Promise<void> {
  await action()
  const before = tf.memory().numTensors
  for (let run = 0; run < runs; run++) await action()
  const after = tf.memory().numTensors
  if (after !== before)
    throw new NumericalError({
      argument: 'tensors',
      expected: `${before} before and after ${runs} runs`,
      received: `${after} after`,
      hint: 'Wrap the work in tf.tidy, or dispose what is left.',
    })
}
