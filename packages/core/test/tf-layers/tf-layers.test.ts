import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, NdArray, Rng, type StateDict } from '../../src/index.js'
import { Attention } from '../../src/layers/attention.js'
import { Gru } from '../../src/layers/gru.js'
import { Lstm } from '../../src/layers/lstm.js'
import { expectClose, expectNoLeak } from '../../src/testing/index.js'
import {
  AttentiveAttention,
  AttentiveGRU,
  AttentiveLSTM,
  AttentivePooling,
} from '../../src/tf-layers/index.js'

const [B, T, D, H] = [3, 5, 4, 2]
const numbers = (shape: number[], seed = 1) => new Rng(seed).normal(shape)

/** A layer's weights by name, as the toolkit's own modules take them. */
const stateOf = (layer: tfl.layers.Layer): StateDict =>
  Object.fromEntries(
    layer.weights.map((weight) => [weight.originalName.split('/').at(-1), NdArray.fromTensor(weight.read())]),
  )

/** Saves to memory and loads from there. */
async function reload(model: tfl.LayersModel): Promise<tfl.LayersModel> {
  let artifacts: tf.io.ModelArtifacts | undefined
  await model.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  // What arrives from a file has been through JSON.
  const { weightData, ...rest } = artifacts as tf.io.ModelArtifacts
  return tfl.loadLayersModel(tf.io.fromMemory({ ...JSON.parse(JSON.stringify(rest)), weightData }))
}

describe.each([
  ['AttentiveLSTM', AttentiveLSTM, Lstm],
  ['AttentiveGRU', AttentiveGRU, Gru],
] as const)('%s', (_, Wrapper, Layer) => {
  test.each([true, false])('computes what the toolkit computes, returnSequences %s', (returnSequences) => {
    const wrapper = new Wrapper({
      units: H,
      bidirectional: true,
      returnSequences,
      seed: 3,
      inputShape: [T, D],
    })
    const model = tfl.sequential({ layers: [wrapper] })
    const layer = new Layer({ inputSize: D, hiddenSize: H, bidirectional: true, rng: new Rng(9) })
    layer.loadStateDict(stateOf(wrapper))
    const x = numbers([B, T, D])
    const { outputs } = layer.forward(x)
    const [forward, backward] = tf.split(outputs, 2, 2) as [tf.Tensor, tf.Tensor]
    const ends = tf.concat(
      [tf.slice(forward, [0, T - 1, 0], [B, 1, H]), tf.slice(backward, [0, 0, 0], [B, 1, H])],
      2,
    )
    expectClose(model.predict(x) as tf.Tensor, returnSequences ? outputs : tf.squeeze(ends, [1]))
    expect(model.outputShape).toEqual(returnSequences ? [null, T, 2 * H] : [null, 2 * H])
  })

  test('respects the mask of an embedding: padding changes nothing', () => {
    const embedding = tfl.layers.embedding({ inputDim: 6, outputDim: D, maskZero: true })
    const model = tfl.sequential()
    model.add(embedding)
    model.add(new Wrapper({ units: H, bidirectional: true, seed: 3 }))
    const short = model.predict(tf.tensor2d([[3, 1, 5]])) as tf.Tensor
    expectClose(model.predict(tf.tensor2d([[3, 1, 5, 0, 0]])) as tf.Tensor, short)
  })

  test('takes a mask as second input', () => {
    const x = tfl.input({ shape: [null, D] })
    const mask = tfl.input({ shape: [null] })
    const output = new Wrapper({ units: H, seed: 3 }).apply([x, mask]) as tfl.SymbolicTensor
    const model = tfl.model({ inputs: [x, mask], outputs: output })
    const steps = numbers([1, 3, D])
    const short = model.predict([steps, tf.ones([1, 3])]) as tf.Tensor
    const padded = tf.concat([steps, tf.ones([1, 2, D])], 1)
    expectClose(model.predict([padded, tf.tensor2d([[1, 1, 1, 0, 0]])]) as tf.Tensor, short)
  })

  test.each([true, false])('is not reached by the mask of another branch, masked one first: %s', (first) => {
    const ids = tfl.input({ shape: [T] })
    const other = tfl.input({ shape: [T, D] })
    const words = tfl.layers.embedding({ inputDim: 6, outputDim: D, maskZero: true }).apply(ids)
    const masked = new Wrapper({ units: H, seed: 3 }).apply(words) as tfl.SymbolicTensor
    const free = new Wrapper({ units: H, seed: 3 }).apply(other) as tfl.SymbolicTensor
    const model = tfl.model({ inputs: [ids, other], outputs: first ? [masked, free] : [free, masked] })
    const x = numbers([1, T, D])
    const freeOutput = (row: number[]) =>
      (model.predict([tf.tensor2d([row]), x]) as tf.Tensor[])[first ? 1 : 0] as tf.Tensor
    expectClose(freeOutput([1, 0, 0, 0, 0]), freeOutput([1, 2, 3, 4, 5]), { absolute: 0 })
  })

  test('refuses to be shared between inputs with and without mask', () => {
    const ids = tfl.input({ shape: [T] })
    const other = tfl.input({ shape: [T, D] })
    const words = tfl.layers.embedding({ inputDim: 6, outputDim: D, maskZero: true }).apply(ids)
    const shared = new Wrapper({ units: H })
    const outputs = [shared.apply(words), shared.apply(other)] as tfl.SymbolicTensor[]
    const model = tfl.model({
      inputs: [ids, other],
      outputs: tfl.layers.add().apply(outputs) as tfl.SymbolicTensor,
    })
    expect(() => model.predict([tf.ones([1, T]), numbers([1, T, D])])).toThrow(InvalidArgumentError)
  })

  test('starts from its seed, and refuses no units', () => {
    const start = (seed: number) => {
      const model = tfl.sequential({ layers: [new Wrapper({ units: H, seed, inputShape: [T, D] })] })
      return model.predict(numbers([B, T, D])) as tf.Tensor
    }
    expectClose(start(3), start(3), { absolute: 0 })
    expect(() => expectClose(start(3), start(4))).toThrow()
    expect(() => new Wrapper({ units: 0 })).toThrow('units: expected a positive integer, received 0.')
  })
})

describe('AttentiveAttention', () => {
  function makeModel(maskZero: boolean) {
    const ids = tfl.input({ shape: [null] })
    const queries = tfl.input({ shape: [null, H] })
    const memory = tfl.layers
      .embedding({ inputDim: 6, outputDim: D, maskZero })
      .apply(ids) as tfl.SymbolicTensor
    const layer = new AttentiveAttention({ score: 'general', seed: 1 })
    const context = layer.apply([memory, queries]) as tfl.SymbolicTensor
    return { layer, model: tfl.model({ inputs: [ids, queries], outputs: [context, memory] }) }
  }

  test('computes what the toolkit computes', () => {
    const { layer, model } = makeModel(false)
    const queries = numbers([2, 3, H])
    const ids = tf.tensor2d([
      [3, 1, 5, 0],
      [2, 2, 1, 4],
    ])
    const [context, memory] = model.predict([ids, queries]) as [tf.Tensor, tf.Tensor]
    const attention = new Attention({ score: 'general', querySize: H, memorySize: D, rng: new Rng(1) })
    attention.loadStateDict(stateOf(layer))
    expectClose(context, attention.forward({ queries, memory }).context)
    expect(model.outputShape[0]).toEqual([null, null, D])
  })

  test('respects the mask of its memory', () => {
    const { model } = makeModel(true)
    const queries = numbers([1, 3, H])
    const [short] = model.predict([tf.tensor2d([[3, 1, 5]]), queries]) as tf.Tensor[]
    const [long] = model.predict([tf.tensor2d([[3, 1, 5, 0, 0]]), queries]) as tf.Tensor[]
    expectClose(long as tf.Tensor, short as tf.Tensor)
  })

  test('refuses an unknown score', () => {
    expect(() => new AttentiveAttention({ score: 'cosine' as 'dot' })).toThrow(InvalidArgumentError)
  })
})

describe('AttentivePooling', () => {
  test('is the mean of the valid steps while its energies are equal', () => {
    const layer = new AttentivePooling()
    const [x, mask] = [tfl.input({ shape: [null, D] }), tfl.input({ shape: [null] })]
    const model = tfl.model({ inputs: [x, mask], outputs: layer.apply([x, mask]) as tfl.SymbolicTensor })
    layer.setWeights(layer.weights.map((weight) => tf.zeros(weight.shape as number[])))
    const steps = numbers([1, T, D])
    const pooled = model.predict([steps, tf.tensor2d([[1, 1, 0, 1, 0]])]) as tf.Tensor
    const valid = tf.gather(steps, tf.tensor1d([0, 1, 3], 'int32'), 1)
    expectClose(pooled, tf.mean(valid, 1))
  })
})

describe('a model of all layers', () => {
  const makeModel = () =>
    tfl.sequential({
      layers: [
        tfl.layers.embedding({ inputDim: 8, outputDim: 6, maskZero: true, inputLength: T }),
        new AttentiveLSTM({ units: 6, returnSequences: true, bidirectional: true, seed: 1 }),
        new AttentiveGRU({ units: 6, returnSequences: true, resetAfter: false, seed: 2 }),
        new AttentivePooling({ units: 4, seed: 3 }),
        tfl.layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
    })
  // Does the sequence hold the word 7? Zeros at the end are padding.
  const rng = new Rng(4)
  const rows = Array.from({ length: 48 }, () =>
    Array.from({ length: T }, (_, t) => (t < 3 || rng.next() < 0.5 ? 1 + rng.nextInt(7) : 0)),
  )
  const x = tf.tensor2d(rows)
  const y = tf.tensor2d(rows.map((row) => [row.includes(7) ? 1 : 0]))

  test('learns with model.fit, and survives save and load: predictions, then training', async () => {
    const model = makeModel()
    model.compile({ optimizer: tf.train.adam(0.03), loss: 'binaryCrossentropy' })
    const { history } = await model.fit(x, y, { epochs: 25, batchSize: 16, verbose: 0, shuffle: false })
    expect(history.loss?.at(-1)).toBeLessThan(0.2)
    const loaded = await reload(model)
    expectClose(loaded.predict(x) as tf.Tensor, model.predict(x) as tf.Tensor, { absolute: 1e-7 })
    const configs = (layers: tfl.layers.Layer[]) => layers.slice(1, 4).map((layer) => layer.getConfig())
    expect(configs(loaded.layers)).toEqual(configs(model.layers))
    loaded.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' })
    await expect(loaded.fit(x, y, { epochs: 1, verbose: 0 })).resolves.toBeDefined()
  })

  test('every score survives save and load', async () => {
    for (const score of ['additive', 'dot', 'scaledDot', 'concat'] as const) {
      const inputs = [tfl.input({ shape: [T, D] }), tfl.input({ shape: [2, D] })]
      const attended = new AttentiveAttention({ score, units: 3, seed: 1 }).apply(
        inputs,
      ) as tfl.SymbolicTensor
      const model = tfl.model({ inputs, outputs: attended })
      const loaded = await reload(model)
      const given = [numbers([B, T, D], 1), numbers([B, 2, D], 2)]
      expectClose(loaded.predict(given) as tf.Tensor, model.predict(given) as tf.Tensor, { absolute: 1e-7 })
    }
  })

  test('leaves no tensors behind when predicting', async () => {
    const model = makeModel()
    await expectNoLeak(() => tf.dispose(model.predict(x)))
  })

  test('leaves no tensors behind when fitting', async () => {
    const model = makeModel()
    model.compile({ optimizer: tf.train.adam(0.03), loss: 'binaryCrossentropy' })
    await expectNoLeak(() => model.fit(x, y, { epochs: 2, batchSize: 20, verbose: 0, shuffle: false }))
  })

  test("stands beside TensorFlow.js's own LSTM", () => {
    expect(tfl.layers.lstm({ units: 1 }).getClassName()).toBe('LSTM')
    expect(new AttentiveLSTM({ units: 1 }).getClassName()).toBe('Attentive>LSTM')
  })
})
