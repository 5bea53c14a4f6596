/**
 * LSTM and attention as layers of TensorFlow.js: `tf.sequential`, `model.fit`, `model.save` and `tf.loadLayersModel`.
 * The model learns whether the one marked number of a sequence is above a half.
 *
 *     npx tsx apps/examples/src/tf-layers/marked-number.ts
 *
 *     epoch 1: loss 0.70, right 50.6 %
 *     …
 *     right on 128 unseen sequences: 97.7 %
 *     the same outputs after saving and loading: true
 */
import '@tensorflow/tfjs-backend-cpu'
import { isDeepStrictEqual } from 'node:util'
import { Rng } from '@attentive/core'
import { AttentiveLSTM, AttentivePooling } from '@attentive/core/tf-layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'

const [length, size] = [8, 2]
const rng = new Rng(1)

/** `x [N, 8, 2]`: numbers and marks; `y [N, 1]`: 1 where the marked number is above a half. */
function makeExamples(N: number) {
  const y: number[][] = []
  const x = Array.from({ length: N }, () => {
    const marked = rng.nextInt(length)
    const steps = Array.from({ length }, (_, t) => [rng.next(), t === marked ? 1 : 0])
    y.push([Number((steps[marked]?.[0] ?? 0) > 0.5)])
    return steps
  })
  return { x: tf.tensor3d(x), y: tf.tensor2d(y) }
}

const model = tfl.sequential({
  layers: [
    new AttentiveLSTM({
      units: 8,
      bidirectional: true,
      returnSequences: true,
      seed: 1,
      inputShape: [length, size],
    }),
    new AttentivePooling({ units: 8, seed: 2 }),
    tfl.layers.dense({
      units: 1,
      activation: 'sigmoid',
      kernelInitializer: tfl.initializers.glorotUniform({ seed: 3 }),
    }),
  ],
})
model.compile({ optimizer: tf.train.adam(0.03), loss: 'binaryCrossentropy', metrics: ['accuracy'] })

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const { x, y } = makeExamples(512)
await model.fit(x, y, {
  epochs: 8,
  batchSize: 32,
  // TensorFlow.js shuffles by a generator that takes no seed; these examples are in no order.
  shuffle: false,
  verbose: 0,
  callbacks: {
    onEpochEnd: (epoch, logs) =>
      console.log(`epoch ${epoch + 1}: loss ${logs?.loss?.toFixed(2)}, right ${percent(logs?.acc ?? 0)}`),
  },
})

const unseen = makeExamples(128)
const outputs = model.predict(unseen.x) as tf.Tensor
const right = tf.mean(tf.cast(tf.equal(tf.round(outputs), unseen.y), 'float32'))
console.log(`right on 128 unseen sequences: ${percent((await right.data())[0] as number)}`)

// In memory; in a browser 'indexeddb://marked-number', with tfjs-node 'file://models/marked-number'.
let saved: tf.io.ModelArtifacts = {}
await model.save(
  tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
  }),
)
// Importing the layers has registered them: they are found by their names.
const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved))
const again = loaded.predict(unseen.x) as tf.Tensor
const same = isDeepStrictEqual(await again.data(), await outputs.data())
console.log(`the same outputs after saving and loading: ${same}`)
