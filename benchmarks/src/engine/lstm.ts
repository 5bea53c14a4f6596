/** One LSTM layer over a whole sequence: forward alone, or forward and backward. */
import { compile, Lstm, NdArray, Parameter, Rng, valueAndGradients } from '@attentive/core'
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
  // A parameter, so that its gradient is computed too, as in the middle of a network.
  const x = new Parameter([batch, time, size], numbers)

  const forward = compile(
    ({ inputs }: { inputs: tf.Tensor }) => {
      const { outputs } = layer.forward(inputs)
      return { last: tf.slice(outputs, [batch - 1, time - 1, size - 1], [1, 1, 1]) }
    },
    // As a translator is compiled for use.
    { engine, threads, freeze: true },
  )
  const forwardBackward = compile(
    () => {
      const { loss, gradients } = valueAndGradients([x, ...layer.parameters()], () =>
        tf.mean(tf.square(layer.forward(x.read()).outputs)),
      )
      return { loss, gradients: gradients.entries.map(({ tensor }) => tensor) }
    },
    { engine, threads },
  )
  // As in a training step, where gradients have memory of their own.
  const gradients = [x, ...layer.parameters()].map(({ shape }) => NdArray.zeros(shape))
  const inputs = new NdArray(numbers, [batch, time, size])
  return {
    title,
    run: backward
      ? async () => (await forwardBackward({}, { gradients })).loss.item()
      : async () => (await forward({ inputs })).last.item(),
  }
}
