/** Training eagerly on TensorFlow.js's WebAssembly backend, which by itself has no gradient of look-ups and convolutions. */
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { currentBackend, onBackend, restoreBackend } from '../../src/engine/backends/current-backend.js'
import { eagerBackend } from '../../src/engine/backends/eager-backend.js'
import { Embedding, Rng, valueAndGradients } from '../../src/index.js'
import { expectClose, expectNoLeak } from '../../src/testing/index.js'

const onEach = async <T>(body: () => T) => {
  const on = async (engine: 'cpu' | 'wasm') => onBackend(await eagerBackend(engine), body)
  return { cpu: await on('cpu'), wasm: await on('wasm') }
}

/** Weights without a pattern, so that exchanged entries show. */
const weighted = (x: tf.Tensor) =>
  tf.sum(
    tf.mul(
      x,
      tf.tensor(
        Float32Array.from({ length: x.size }, (_, i) => Math.cos(3 * i)),
        x.shape,
      ),
    ),
  ) as tf.Scalar

beforeAll(async () => {
  await eagerBackend('wasm')
})

it('embeddings train: rows that occur twice get both gradients, others none', async () => {
  const embedding = new Embedding({ vocabularySize: 5, embeddingSize: 3, rng: new Rng(1) })
  const { cpu, wasm } = await onEach(() =>
    tf.tidy(() => {
      const tokens = tf.tensor2d([1, 3, 1, 4], [2, 2], 'int32')
      const { gradients } = valueAndGradients(embedding, () => weighted(embedding.forward(tokens)))
      return gradients.entries.map(({ tensor }) => [...tensor.dataSync()])
    }),
  )
  expectClose(wasm.flat(), cpu.flat())
  expect(wasm[0]?.slice(0, 3)).toEqual([0, 0, 0])
})

it.each([
  [
    'sums of segments, of whole numbers and beyond the last one',
    (x: tf.Tensor) =>
      tf.unsortedSegmentSum(
        tf.cast(tf.reshape(x, [9, 4]), 'int32'),
        tf.tensor1d([0, 2, 2, 0, 1, 1, 2, 0, 4], 'int32'),
        4,
      ),
  ],
  [
    'a look-up in every row of a batch, of fewer places than it has',
    (x: tf.Tensor) => tf.gather(tf.reshape(x, [4, 3, 3]), tf.tensor2d([2, 0, 1, 2], [4, 1], 'int32'), 1, 1),
  ],
  [
    'convolution',
    (x: tf.Tensor) =>
      tf.grad((filter) => weighted(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same')))(
        tf.ones([2, 2, 1, 2]),
      ),
  ],
  [
    'depthwise convolution',
    (x: tf.Tensor) =>
      tf.grad((image) =>
        weighted(tf.depthwiseConv2d(image as tf.Tensor4D, tf.ones([2, 2, 1, 2]), 1, 'valid')),
      )(x),
  ],
  ['einsum', (x: tf.Tensor) => tf.einsum('bijc,bkjc->ik', x, x)],
])('computes %s', async (_, fn) => {
  const { cpu, wasm } = await onEach(() =>
    tf.tidy(() => {
      const x = tf.tensor(
        Float32Array.from({ length: 36 }, (_, i) => Math.sin(5 * i) * 4),
        [1, 6, 6, 1],
      )
      const result = fn(x)
      return { shape: result.shape, values: [...result.dataSync()] }
    }),
  )
  expect(wasm.shape).toEqual(cpu.shape)
  expectClose(wasm.values, cpu.values)
})

it('leaves TensorFlow.js with a backend that starts at once, where nobody chose one', () => {
  expect(currentBackend()).toBeNull()
  expect([...tf.add(2, 3).dataSync()]).toEqual([5])
  expect(tf.getBackend()).toBe('cpu')
  restoreBackend(null)
})

it('leaves no tensor and no memory behind', async () => {
  const backend = await eagerBackend('wasm')
  const x = tf.ones([1, 4, 4, 1]) as tf.Tensor4D
  const step = () =>
    onBackend(backend, () => {
      const filterGradient = tf.grad((filter) => tf.sum(tf.conv2d(x, filter as tf.Tensor4D, 1, 'same')))
      filterGradient(tf.ones([2, 2, 1, 2])).dispose()
    })
  const data = () => tf.findBackend('cpu').numDataIds() + tf.findBackend('wasm').numDataIds()
  tf.tidy(step)
  const before = data()
  await expectNoLeak(() => tf.tidy(step))
  expect(data()).toBe(before)
})
