/** Operations of TensorFlow.js that are made of several kernels, as models use them: values and gradients. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type Compiled, compile } from '../../src/engine/compile.js'
import { NdArray, sizeOf } from '../../src/engine/nd-array.js'
import { Rng } from '../../src/engine/random.js'
import { expectClose } from '../../src/testing/close-to.js'

interface Composite {
  shapes: number[][]
  apply: (...tensors: tf.Tensor[]) => tf.Tensor
  /** Default normal numbers. */
  values?: (rng: Rng) => number
}

const labels = () => tf.tensor2d([0, 1, 0, 1, 0, 0], [2, 3])
const normal = (rng: Rng) => rng.nextNormal()
const positive = (rng: Rng) => 0.2 + rng.next()

const composites: Record<string, Composite> = {
  'fused matMul with bias': {
    shapes: [[2, 3], [3, 4], [4]],
    apply: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'linear' }),
  },
  'fused matMul with activation': {
    shapes: [[2, 3], [3, 4], [4]],
    apply: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'relu' }),
  },
  'fused convolution with bias': {
    shapes: [[2, 4, 4, 2], [3, 3, 2, 3], [3]],
    apply: (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias,
      }),
  },
  'fused depthwise convolution with activation': {
    shapes: [[2, 4, 4, 2], [3, 3, 2, 2], [4]],
    apply: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 2,
        pad: 'same',
        bias,
        activation: 'relu6',
      }),
  },
  'separable convolution': {
    shapes: [
      [1, 4, 4, 2],
      [3, 3, 2, 2],
      [1, 1, 4, 3],
    ],
    apply: (x, depthwise, pointwise) =>
      tf.separableConv2d(x as tf.Tensor4D, depthwise as tf.Tensor4D, pointwise as tf.Tensor4D, 1, 'valid'),
  },
  'transposed convolution': {
    shapes: [
      [1, 3, 3, 2],
      [3, 3, 4, 2],
    ],
    apply: (x, filter) =>
      tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 6, 6, 4], 2, 'same'),
  },
  'convolution in one dimension': {
    shapes: [
      [2, 5, 3],
      [3, 3, 4],
    ],
    apply: (x, filter) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, 'same'),
  },
  'batch normalisation': {
    shapes: [[2, 3, 3, 2], [2], [2], [2], [2]],
    values: positive,
    apply: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
  },
  'layer normalisation': {
    shapes: [[2, 3, 4]],
    apply: (x) => {
      const { mean, variance } = tf.moments(x, -1, true)
      return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)))
    },
  },
  'maximum over windows': {
    shapes: [[1, 5, 5, 2]],
    apply: (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same'),
  },
  'log-softmax and cross-entropy': {
    shapes: [[2, 3]],
    apply: (x) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(x), labels()))),
  },
  'softmax cross-entropy loss': {
    shapes: [[2, 3]],
    apply: (x) => tf.losses.softmaxCrossEntropy(labels(), x),
  },
  'sigmoid cross-entropy loss': {
    shapes: [[2, 3]],
    apply: (x) => tf.losses.sigmoidCrossEntropy(labels(), x),
  },
  'Huber loss': { shapes: [[2, 3]], apply: (x) => tf.losses.huberLoss(labels(), x) },
  'mean squared error': { shapes: [[2, 3]], apply: (x) => tf.losses.meanSquaredError(labels(), x) },
  'log loss': {
    shapes: [[2, 3]],
    values: (rng) => 0.1 + 0.8 * rng.next(),
    apply: (x) => tf.losses.logLoss(labels(), x),
  },
  'cosine distance': {
    shapes: [[2, 3]],
    apply: (x) => tf.losses.cosineDistance(labels(), x, 1),
  },
  logSumExp: { shapes: [[2, 3, 4]], apply: (x) => tf.logSumExp(x, 1) },
  'Euclidean norm': { shapes: [[2, 3]], apply: (x) => tf.norm(x) },
  'embedding look-up': {
    shapes: [[5, 3]],
    apply: (x) => tf.gather(x, tf.tensor2d([0, 2, 2, 4], [2, 2], 'int32')),
  },
  'largest entries': { shapes: [[3, 4]], apply: (x) => tf.max(tf.relu(x), 1) },
  'causal mask': {
    shapes: [[3, 3]],
    apply: (x) =>
      tf.softmax(tf.where(tf.equal(tf.linalg.bandPart(tf.ones([3, 3]), -1, 0), 1), x, tf.fill([3, 3], -1e9))),
  },
  'stack and unstack': {
    shapes: [[3, 2]],
    apply: (x) => tf.stack(tf.unstack(x).reverse(), 1),
  },
}

describe('operations made of several kernels, compiled and eager', () => {
  for (const [name, { shapes, apply, values = normal }] of Object.entries(composites))
    it(name, async () => {
      const rng = new Rng(5)
      const inputs = shapes.map(
        (shape) =>
          new NdArray(
            Float32Array.from({ length: sizeOf(shape) }, () => values(rng)),
            shape,
          ),
      )
      const fn = (args: { inputs: tf.Tensor[] }) => {
        const { value, grads } = tf.valueAndGrads(
          (...tensors: tf.Tensor[]) => tf.sum(tf.square(apply(...tensors))) as tf.Scalar,
        )(args.inputs)
        return { value, output: apply(...args.inputs), gradients: grads }
      }
      const run = (engine: 'eager' | 'onnxruntime') => compile(fn, { engine }) as Compiled<unknown, never>
      const expected = (await run('eager')({ inputs })) as Record<string, NdArray> & { gradients: NdArray[] }
      const compiled = run('onnxruntime')
      for (let i = 0; i < 3; i++) {
        const actual = (await compiled({ inputs })) as typeof expected
        for (const key of ['value', 'output'])
          expectClose(actual[key] as NdArray, expected[key] as NdArray, {
            absolute: 1e-4,
            relative: 1e-4,
            name: key,
          })
        expect(actual.gradients).toHaveLength(inputs.length)
        actual.gradients.forEach((gradient, k) => {
          expectClose(gradient, expected.gradients[k] as NdArray, {
            absolute: 1e-4,
            relative: 1e-4,
            name: `gradient ${k}`,
          })
        })
      }
      await compiled.dispose()
    })
})
