import { compile, type Fetched, type NdArray, Rng, valueAndGradients } from '@attentive/core'
import { expectClose } from '@attentive/core/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  type TranslationModel,
  type TranslationTensors,
  translationLoss,
  withOwnWords,
} from '../../src/index.js'
import { batchAxes } from '../../src/translation/loss.js'
import { ownWordProbability } from '../../src/translation/scheduled-sampling.js'
import { randomBatch, scalar, tinyModel } from './tiny-model.js'

type Inputs = { batch: TranslationTensors; probability: tf.Tensor }

const axes = Object.fromEntries(Object.entries(batchAxes).map(([name, names]) => [`batch.${name}`, names]))

function mixer(model: TranslationModel, engine: 'eager' | 'onnxruntime', seed = 3) {
  const rng = new Rng(seed)
  return compile(
    ({ batch, probability }: Inputs) => ({
      fed: withOwnWords(model, batch, { probability, rng }).targetInput,
    }),
    { engine, axes },
  )
}

/** `[B][T]` */
const rowsOf = ({ data, shape }: NdArray): number[][] =>
  Array.from({ length: shape[0] as number }, (_, b) => [
    ...data.slice(b * (shape[1] as number), (b + 1) * (shape[1] as number)),
  ])

/** The word that the model says after each step when it is fed these words; written out from the equations. */
function wordsSaidAfter(model: TranslationModel, batch: ReturnType<typeof randomBatch>, fed: number[][]) {
  return tf.tidy(() => {
    const { memory, mask, initialState } = model.encode(
      (batch.source as NdArray).toTensor(),
      (batch.sourceMask as NdArray).toTensor(),
    )
    const { decoder } = model
    const constants = decoder.constants(decoder.prepare(memory, mask))
    let state = decoder.startState(initialState)
    const said = fed.map((): number[] => [])
    for (let t = 0; t < (fed[0] as number[]).length; t++) {
      const ids = fed.map((row) => row[t] as number)
      const vectors = tf.gather(model.targetEmbedding.weight.read(), tf.tensor1d(ids, 'int32')) as tf.Tensor2D
      const step = decoder.step(state, vectors, constants)
      state = step.state
      const [weight, bias] = [model.readout.weight.read(), model.readout.bias?.read() as tf.Tensor]
      const features = tf.concat([state.h, step.context, vectors], 1)
      const read = tf.tanh(
        tf.add(tf.matMul(features as tf.Tensor2D, tf.transpose(weight) as tf.Tensor2D), bias),
      )
      const scores = tf.matMul(read as tf.Tensor2D, tf.transpose(model.outputWeight.read()) as tf.Tensor2D)
      const best = tf.argMax(tf.add(scores, model.outputBias.read()), 1).dataSync()
      best.forEach((word, b) => {
        said[b]?.push(word)
      })
    }
    return said
  })
}

describe.each(['bahdanau', 'luong'] as const)('scheduled sampling with a %s decoder', (decoder) => {
  const model = tinyModel({ decoder })
  const batch = randomBatch(6, 5, 7)
  const right = rowsOf(batch.targetInput as NdArray)
  const feed = async (probability: number, engine: 'eager' | 'onnxruntime' = 'eager') =>
    rowsOf((await mixer(model, engine)({ batch, probability: scalar(probability) })).fed)

  it('feeds the right words with probability 0', async () => {
    expect(await feed(0)).toEqual(right)
    expect(await feed(0, 'onnxruntime')).toEqual(right)
  })

  it("feeds the model's own words, and nothing else, with probability 1", async () => {
    const fed = await feed(1)
    const said = wordsSaidAfter(model, batch, fed)
    fed.forEach((row, b) => {
      expect(row).toEqual([right[b]?.[0], ...(said[b] as number[]).slice(0, -1)])
    })
    expect(new Set(fed.flat()).size).toBeGreaterThan(3)
  })

  it('lets a coin decide for each word, given what was fed before', async () => {
    const fed = await feed(0.5)
    const said = wordsSaidAfter(model, batch, fed)
    let own = 0
    let told = 0
    fed.forEach((row, b) => {
      row.slice(1).forEach((word, i) => {
        const [a, b2] = [said[b]?.[i], right[b]?.[i + 1]]
        expect([a, b2]).toContain(word)
        if (a === b2) return
        if (word === a) own++
        else told++
      })
    })
    expect(own).toBeGreaterThan(5)
    expect(told).toBeGreaterThan(5)
  })

  it('is the same compiled, once for all sizes and probabilities', async () => {
    const [eager, compiled] = [mixer(model, 'eager'), mixer(model, 'onnxruntime')]
    for (const [rows, S, T, p] of [
      [6, 5, 7, 0.5],
      [3, 2, 9, 1],
      [1, 1, 1, 0.3],
      [2, 6, 3, 0],
    ] as const) {
      const inputs = { batch: randomBatch(rows, S, T), probability: scalar(p) }
      expect(rowsOf((await compiled(inputs)).fed)).toEqual(rowsOf((await eager(inputs)).fed))
    }
    expect(compiled.stats).toMatchObject({ engine: 'onnxruntime', compilations: 1 })
    await compiled.dispose()
  })

  it('trains by the loss and gradients of teacher forcing with the words that were fed', async () => {
    const [eager, compiled] = [differentiated(model, 'eager'), differentiated(model, 'onnxruntime')]
    for (const [rows, S, T] of [
      [4, 5, 6],
      [4, 5, 6],
      [2, 3, 4],
    ] as const) {
      const inputs = { batch: randomBatch(rows, S, T), probability: scalar(0.5) }
      const [expected, found] = [await eager(inputs), await compiled(inputs)]
      expectSameGradients(found, expected)
      const forced = await differentiated(
        model,
        'eager',
      )({
        batch: { ...inputs.batch, targetInput: expected.fed },
        probability: scalar(0),
      })
      expectSameGradients(forced, expected)
    }
    await compiled.dispose()
  })
})

type Differentiated = { loss: tf.Tensor; gradients: tf.Tensor[]; fed: tf.Tensor }

function differentiated(model: TranslationModel, engine: 'eager' | 'onnxruntime') {
  const rng = new Rng(5)
  return compile(
    ({ batch, probability }: Inputs): Differentiated => {
      const mixed = withOwnWords(model, batch, { probability, rng })
      const { loss, gradients } = valueAndGradients(model, () =>
        translationLoss(model, mixed, { labelSmoothing: 0.1 }),
      )
      return { loss, gradients: gradients.entries.map(({ tensor }) => tensor), fed: mixed.targetInput }
    },
    { engine, axes },
  )
}

function expectSameGradients(found: Fetched<Differentiated>, expected: Fetched<Differentiated>): void {
  expectClose(found.loss, expected.loss, { name: 'loss' })
  expect(found.gradients).toHaveLength(expected.gradients.length)
  found.gradients.forEach((gradient, i) => {
    expectClose(gradient, expected.gradients[i] as NdArray, { name: `gradient ${i}` })
  })
}

describe('the probability of own words', () => {
  it('is there from the first step, or rises evenly from 0', () => {
    expect(ownWordProbability({ probability: 0.4, riseSteps: 0 }, 1)).toBe(0.4)
    const rising = { probability: 0.4, riseSteps: 4 }
    expect([1, 2, 3, 4, 5, 6, 100].map((step) => ownWordProbability(rising, step))).toEqual([
      0,
      0.1,
      0.2,
      expect.closeTo(0.3),
      0.4,
      0.4,
      0.4,
    ])
  })
})
