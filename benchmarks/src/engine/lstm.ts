/** One LSTM layer over a whole sequence: forward alone, or forward and backward. */
import { compile, Lstm, NdArray, Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { chooseBackend } from '../harness/eager.js'
import type { CaseOptions } from '../harness/protocol.js'
import type { PreparedCase } from '../worker.js'

export async function prepare(options: CaseOptions, threads: number): Promise<PreparedCase> {
  const { batch, time, size, backward } = options as {
    batch: number
    time: number
    size: number
    backward: boolean
  }
  const { engine, title } = await chooseBackend(options)
  const rng = new Rng(1)
  const layer = new Lstm({ inputSize: size, hiddenSize: size, rng })
  const numbers = Float32Array.from({ length: batch * time * size }, () => rng.nextNormal())
  const forward = compile(
    ({ inputs }: { inputs: tf.Tensor }) => {
      const { outputs } = layer.forward(inputs)
      return { last: tf.slice(outputs, [batch - 1, time - 1, size - 1], [1, 1, 1]) }
    },
    // As a translator is compiled for use.
    { engine, threads, freeze: true },
  )
  // With the gradient of the inputs, too, as in the middle of a network.
  const lossAndGradients = tf.valueAndGrads((x: tf.Tensor) => {
    const outputs = layer.forward(x).outputs
    return tf.div(tf.sum(tf.square(outputs)), batch * time * size) as tf.Scalar
  })
  const forwardBackward = compile(
    ({ inputs }: { inputs: tf.Tensor }) => {
      const weights = layer.parameters().map((parameter) => parameter.read())
      const { value, grads } = lossAndGradients([inputs, ...weights])
      return { loss: value, gradients: grads }
    },
    {
      engine,
      threads,
      axes: { inputs: ['B', null, null] },
      dataParallel: { axis: 'B', reduce: 'sum' },
    },
  )
  const inputs = new NdArray(numbers, [batch, time, size])
  // As in a training step, where gradients have memory of their own.
  const gradients = [inputs, ...layer.parameters()].map(({ shape }) => NdArray.zeros(shape))
  return {
    title,
    run: backward
      ? async () => (await forwardBackward({ inputs }, { gradients })).loss.item()
      : async () => (await forward({ inputs })).last.item(),
  }
}
