import '@tensorflow/tfjs-backend-cpu'
import '../../src/engine/register-gradients.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import { AttentionDecoder } from '../../src/layers/attention-decoder.js'
import { checkModuleGradients, expectClose } from '../../src/testing/index.js'

const [B, T, E, S, M, H] = [2, 3, 3, 4, 5, 3]

function make(style: 'bahdanau' | 'luong') {
  return new AttentionDecoder({ inputSize: E, hiddenSize: H, memorySize: M, style, rng: new Rng(1) })
}

function batch() {
  const rng = new Rng(2)
  return {
    inputs: rng.normal([B, T, E]),
    memory: rng.normal([B, S, M]),
    memoryMask: tf.tensor2d([1, 1, 1, 1, 1, 1, 0, 0], [B, S]),
    initialState: { h: rng.normal([B, H]), c: rng.normal([B, H]) },
  }
}

describe.each(['bahdanau', 'luong'] as const)('AttentionDecoder, %s', (style) => {
  test('its single step, repeated, is its forward pass', () => {
    const decoder = make(style)
    const { inputs, memory, memoryMask, initialState } = batch()
    const all = decoder.forward({ inputs, memory, memoryMask, initialState, returnAttention: true })
    const constants = decoder.constants(decoder.prepare(memory, memoryMask))
    let state = decoder.startState(initialState)
    tf.unstack(inputs, 1).forEach((input, t) => {
      const step = decoder.step(state, input, constants)
      expectClose(step.state.h, tf.squeeze(tf.slice(all.hidden, [0, t, 0], [-1, 1, -1]), [1]))
      expectClose(step.context, tf.squeeze(tf.slice(all.context, [0, t, 0], [-1, 1, -1]), [1]))
      expectClose(
        step.attention,
        tf.squeeze(tf.slice(all.attention as tf.Tensor, [0, t, 0], [-1, 1, -1]), [1]),
      )
      state = step.state
    })
    expectClose(state.c, all.finalState.c)
  })

  test('gradients of all parameters by finite differences', () => {
    const decoder = make(style)
    checkModuleGradients(decoder, () => decoder.forward({ ...batch(), returnAttention: true }))
  })
})
