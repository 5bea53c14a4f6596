/** A training step with everything in it: parameters, dropout, scan, gradients, an optimiser. */
import * as tf from '@tensorflow/tfjs-core'
import { compile } from '../../src/engine/compile.js'
import { Parameter } from '../../src/engine/parameter.js'
import { Rng } from '../../src/engine/random.js'
import { scan } from '../../src/engine/scan.js'
import { valueAndGradients } from '../../src/training/gradients.js'
import { Adam } from '../../src/training/optimizers/adam.js'
import { normal } from './helpers.js'

const [T, B, H] = [5, 4, 8]

export function trainingStep(engine: 'eager' | 'onnxruntime') {
  const rng = new Rng(3)
  const kernel = new Parameter(
    [H, H],
    Float32Array.from({ length: H * H }, () => 0.3 * rng.nextNormal()),
  )
  const bias = new Parameter([H])
  const optimizer = new Adam([kernel, bias], { learningRate: 0.01 })
  const step = compile(
    ({ xs }: { xs: tf.Tensor }) => {
      const { loss, gradients } = valueAndGradients([kernel, bias], () => {
        const kept = tf.div(rng.bernoulli([T, B, H], 0.9), 0.9)
        const { outputs } = scan(
          (h: tf.Tensor, x: tf.Tensor, w: { kernel: tf.Tensor; bias: tf.Tensor }) => {
            const next = tf.tanh(
              tf.add(tf.add(tf.matMul(h as tf.Tensor2D, w.kernel as tf.Tensor2D), x), w.bias),
            )
            return { carry: next, output: next }
          },
          tf.zeros([B, H]) as tf.Tensor,
          tf.mul(xs, kept),
          { kernel: kernel.read(), bias: bias.read() },
        )
        return tf.mean(tf.square(tf.sub(outputs, 1)))
      })
      optimizer.apply(gradients)
      return { loss }
    },
    { engine, threads: 1 },
  )
  return { step, kernel, bias, optimizer }
}

export const trainingBatch = normal(new Rng(8), T, B, H)
