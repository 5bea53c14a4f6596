/** Every network: gradients by finite differences, compiled as eager, attention and padding. */
import '@tensorflow/tfjs-backend-cpu'
import { compile, findOnnxRuntime, type NdArray, Rng, valueAndGradients } from '@attentive/core'
import { checkModuleGradients, expectClose } from '@attentive/core/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { parseClassifierConfig } from '../../src/classification/config.js'
import { batchAxes, classificationLoss, type LabelledTensors } from '../../src/classification/graph.js'
import { Inference } from '../../src/classification/inference.js'
import type { NetworkInputs } from '../../src/classification/network.js'
import { AttentionPooling } from '../../src/classification/networks/attention-pooling.js'
import { classifierNames, createNetwork, weightCount } from '../../src/classification/networks/index.js'
import { batchOf, labelledBatchOf } from '../../src/classification/sequences.js'

const sizes = { channels: 2, classes: 3 }
const small: Record<string, object> = { 'hierarchical-attention': { segmentLength: 4 } }
const variants = classifierNames.flatMap((name) =>
  [
    { cell: 'lstm', bidirectional: true },
    { cell: 'gru', bidirectional: false, attentionSize: 3 },
  ].map((extra) => [name, extra] as const),
)

function networkOf(name: string, extra: object = {}) {
  const { model } = parseClassifierConfig({
    model: { name, hiddenSize: 4, dropout: 0, ...small[name], ...extra },
  })
  return { model, network: createNetwork(model, { sizes, rng: new Rng(1) }) }
}

function sequencesOf(...lengths: number[]) {
  const rng = new Rng(lengths.length)
  return lengths.map((length, i) => ({
    length,
    values: Float32Array.from({ length: 2 * length }, () => rng.nextNormal()),
    target: i % 3,
    weight: 1 + (i % 2),
  }))
}

function onBackend({ inputs, targets, weights }: ReturnType<typeof labelledBatchOf>): LabelledTensors {
  const { values, lengths, isPadded } = inputs
  return {
    inputs: { values: values.toTensor(), lengths: lengths.toTensor(), isPadded },
    targets: targets.toTensor(),
    weights: weights.toTensor(),
  }
}

describe.each(variants)('%s, %o', (name, extra) => {
  it('has the gradients of its loss', () => {
    const { network } = networkOf(name, extra)
    const batch = onBackend(labelledBatchOf(sequencesOf(5, 3), network.segmentLength))
    checkModuleGradients(network, () => classificationLoss(network, batch, { labelSmoothing: 0.1 }), {
      entries: 2,
      step: 2e-3,
      tolerance: 2e-2,
    })
  })

  it.skipIf(!findOnnxRuntime().runtime)(
    'is compiled once for all lengths, and once without padding, with the same numbers',
    async () => {
      const { network } = networkOf(name, extra)
      const run = (batch: LabelledTensors) => {
        const { loss, gradients } = valueAndGradients(network, () =>
          classificationLoss(network, batch, { labelSmoothing: 0 }),
        )
        return { loss, gradients: gradients.entries.map(({ tensor }) => tensor) }
      }
      const [compiled, eager] = (['onnxruntime', 'eager'] as const).map((engine) =>
        compile(run, { engine, axes: batchAxes }),
      )
      for (const lengths of [
        [5, 3, 7],
        [12, 1],
        [9, 10, 9, 3, 2],
        [8, 8],
        [4, 4, 4],
      ]) {
        const batch = labelledBatchOf(sequencesOf(...lengths), network.segmentLength)
        const [found, expected] = [await compiled?.(batch), await eager?.(batch)]
        expectClose(found?.loss as NdArray, expected?.loss as NdArray)
        for (const [i, gradient] of (expected?.gradients ?? []).entries())
          expectClose(found?.gradients[i] as NdArray, gradient, { absolute: 1e-5 })
      }
      expect(compiled?.stats.compilations).toBe(2)
      await compiled?.dispose()
    },
  )

  it('attends to the steps that there are, with weights that add up to 1', () => {
    const { network } = networkOf(name, extra)
    const lengths = [9, 1, 12, 4]
    const { inputs } = onBackend(labelledBatchOf(sequencesOf(...lengths), network.segmentLength))
    const attention = network.forward(inputs).attention.arraySync() as number[][]
    for (const [b, row] of attention.entries()) {
      expect(row.length).toBe(12)
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
      expect(row.slice(lengths[b]).every((weight) => weight === 0)).toBe(true)
    }
  })

  it('says of a series the same, however far it is filled up', () => {
    const { network } = networkOf(name, extra)
    const [series, longer] = sequencesOf(8, 30)
    const forward = (sequences: Parameters<typeof batchOf>[0]) => {
      const { values, lengths, isPadded } = batchOf(sequences, network.segmentLength).inputs
      const inputs: NetworkInputs = { values: values.toTensor(), lengths: lengths.toTensor(), isPadded }
      const { logits, attention } = network.forward(inputs)
      const [scores, weights] = [logits.arraySync() as number[][], attention.arraySync() as number[][]]
      return [...(scores[0] as number[]), ...(weights[0] as number[]).slice(0, 8)]
    }
    const [alone, beside] = [forward([series as never]), forward([series as never, longer as never])]
    for (const [i, value] of alone.entries()) expect(beside[i]).toBeCloseTo(value, 5)
  })

  it('has as many weights as are asked of a folder', () => {
    for (const numLayers of [1, 3]) {
      const { network, model } = networkOf(name, { ...extra, numLayers })
      expect(weightCount(model, sizes)).toBe(network.parameterCount())
    }
  })
})

it('the loss is the mean cross-entropy by weight, with smoothed labels', () => {
  const { network } = networkOf('lstm-attention')
  const batch = onBackend(labelledBatchOf(sequencesOf(4, 6, 2), 1))
  const logits = network.forward(batch.inputs).logits.arraySync() as number[][]
  const losses = logits.map((row, b) => {
    const logSum = Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0))
    const [own, mean] = [row[b] as number, row.reduce((a, b) => a + b, 0) / 3]
    return logSum - 0.8 * own - 0.2 * mean
  }) as [number, number, number]
  const expected = (losses[0] + 2 * losses[1] + losses[2]) / 4
  const loss = classificationLoss(network, batch, { labelSmoothing: 0.2 })
  expect(loss.dataSync()[0]).toBeCloseTo(expected, 5)
})

it('a network with damaged weights says nothing', async () => {
  const { network } = networkOf('lstm-attention')
  network
    .parameters()
    .at(-1)
    ?.assign(Float32Array.of(0, Number.NaN, 0))
  const inference = new Inference(network, { threads: 1 })
  await expect(inference.run(sequencesOf(4))).rejects.toThrow(/finite scores of the classes/)
  await inference.dispose()
})

it('heads of self-attention that look at the same steps are penalised', () => {
  const { network } = networkOf('self-attention', { numHeads: 2, penalty: 0.5 })
  const { energy } = (network as unknown as { pooling: AttentionPooling }).pooling
  energy.weight.assign(new Float32Array(energy.weight.size))
  const { inputs } = onBackend(labelledBatchOf(sequencesOf(4), 1))
  // Both rows are ¼ everywhere: A Aᵀ has ¼ everywhere, and ‖A Aᵀ − I‖² = 2 (¾² + ¼²).
  expect((network.forward(inputs).penalty as tf.Tensor).dataSync()[0]).toBeCloseTo(
    0.5 * 2 * (9 / 16 + 1 / 16),
    5,
  )
  expect(networkOf('self-attention', { penalty: 0 }).network.forward(inputs).penalty).toBeUndefined()
})

it('attention pools by softmax of vᵀ tanh(W h + b)', () => {
  const pooling = new AttentionPooling({ memorySize: 1, attentionSize: 1, rng: new Rng(1) })
  pooling.key.weight.assign(Float32Array.of(1))
  pooling.key.bias?.assign(Float32Array.of(0.5))
  pooling.energy.weight.assign(Float32Array.of(2))
  const { means, weights } = pooling.forward(tf.tensor([[[0], [1], [9]]]), tf.tensor([[1, 1, 0]]))
  const energies = [0, 1].map((h) => Math.exp(2 * Math.tanh(h + 0.5)))
  const second = (energies[1] as number) / ((energies[0] as number) + (energies[1] as number))
  expectClose(weights, tf.tensor([[[1 - second, second, 0]]]))
  expectClose(means, tf.tensor([[[second]]]))
})
