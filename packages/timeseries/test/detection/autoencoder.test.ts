/** The autoencoder from inside: its gradients, and that nothing passes it by. */
import '@tensorflow/tfjs-backend-cpu'
import { Rng } from '@attentive/core'
import { checkModuleGradients, expectClose } from '@attentive/core/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Autoencoder } from '../../src/detection/autoencoder.js'
import { AutoencoderResiduals } from '../../src/detection/autoencoder-residuals.js'
import { type AutoencoderConfig, parseDetectorConfig } from '../../src/detection/config.js'
import { TimeSeries } from '../../src/series/index.js'

const [B, W, C] = [2, 6, 2]
const small = { name: 'autoencoder', window: W, hiddenSize: 4, slots: 2, slotSize: 2 } as const

describe.each(['lstm', 'gru'] as const)('an autoencoder of %s', (cell) => {
  const network = new Autoencoder({ ...small, cell }, C, new Rng(1))
  const values = new Rng(2).normal([B, W, C])

  it('has the gradients of its loss', () => {
    checkModuleGradients(network, () => tf.sum(tf.square(network.forward(values).values)), {
      entries: 3,
      step: 2e-3,
      tolerance: 2e-2,
    })
  })

  it('writes each slot from weights that sum to 1', () => {
    const { values: told, written } = network.forward(values)
    expect(told.shape).toEqual([B, W, C])
    expect(written.shape).toEqual([B, small.slots, W])
    expectClose(tf.sum(written, 2), tf.ones([B, small.slots]))
  })

  it('tells all from its slots: with none of them, every window is told alike', () => {
    const state = network.stateDict()
    for (const name of ['note.weight', 'note.bias']) state[name]?.data.fill(0)
    const deaf = new Autoencoder({ ...small, cell }, C, new Rng(1))
    deaf.loadStateDict(state)
    const [first, second] = tf.split(deaf.forward(values).values, 2)
    expectClose(first as tf.Tensor, second as tf.Tensor)
    const [one, other] = tf.split(network.forward(values).values, 2)
    expect(tf.max(tf.abs(tf.sub(one as tf.Tensor, other as tf.Tensor))).dataSync()[0]).toBeGreaterThan(1e-4)
  })
})

it('retells a rhythm, and none of a spike in it', async () => {
  const wave = (t: number) => Math.sin(t / 3)
  const series = (length: number, spike?: number) =>
    new TimeSeries({ values: Array.from({ length }, (_, t) => wave(t) + (t === spike ? 4 : 0)) })
  const method: AutoencoderConfig = { ...small, window: 20, hiddenSize: 12, slotSize: 3, cell: 'lstm' }
  const { scaler, training, seed } = parseDetectorConfig({
    training: { epochs: 50, patience: 0, optimizer: { type: 'adam', learningRate: 1e-2 } },
    scaler: 'none',
  })
  const residuals = new AutoencoderResiduals(method, ['value'], {}, { scaler, training, seed })
  await residuals.fit([series(500)], [series(100)], {})
  const [clean, spiked] = [await residuals.residuals(series(100)), await residuals.residuals(series(100, 50))]
  expect(Math.max(...clean.map(Math.abs))).toBeLessThan(0.6)
  expect(spiked[50]).toBeGreaterThan(0.8 * 4)
  await residuals.dispose()
})
