/**
 * The forward graph of a model as an `.onnx` file, for servers, phones and browsers: any batch, any length.
 *
 *     npx tsx apps/examples/src/engine/export-onnx.ts [FILE]
 *
 *     input  x float32 [batch, time, 8]
 *     input  lengths int32 [batch]
 *     output probabilities float32 [batch, 3]
 *     written to /tmp/attentive-classifier.onnx
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportOnnx, Linear, Lstm, Module, NdArray, Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'

/** Reads a sequence from both ends and says how likely each of three classes is. */
class Classifier extends Module {
  private readonly rng = new Rng(1)
  readonly lstm = new Lstm({ inputSize: 8, hiddenSize: 16, bidirectional: true, rng: this.rng })
  readonly head = new Linear({ inputSize: 32, outputSize: 3, rng: this.rng })

  forward(x: tf.Tensor, lengths: tf.Tensor) {
    const { finalStates } = this.lstm.forward(x, { lengths }) // x [B, T, 8] → one h [B, 16] for each direction
    const ends = finalStates.map(({ h }) => h)
    return tf.softmax(this.head.forward(tf.concat(ends, 1))) // [B, 3]
  }
}

const path = process.argv[2] ?? join(tmpdir(), 'attentive-classifier.onnx')
const model = new Classifier()
const { inputs, outputs } = await exportOnnx(
  ({ x, lengths }: { x: tf.Tensor; lengths: tf.Tensor }) => ({ probabilities: model.forward(x, lengths) }),
  {
    path,
    example: { x: NdArray.zeros([2, 5, 8]), lengths: new NdArray(Int32Array.of(5, 3), [2]) },
    axes: { x: ['batch', 'time', null], lengths: ['batch'] },
  },
)
for (const { name, dtype, shape } of inputs) console.log(`input  ${name} ${dtype} [${shape.join(', ')}]`)
for (const { name, dtype, shape } of outputs) console.log(`output ${name} ${dtype} [${shape.join(', ')}]`)
console.log(`written to ${path}`)
