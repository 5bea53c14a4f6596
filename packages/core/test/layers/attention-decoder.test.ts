import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import '../../src/engine/register-gradients.js'
import { InvalidArgumentError } from '../../src/errors.js'
import { AttentionDecoder, type AttentionDecoderOptions } from '../../src/layers/attention-decoder.js'
import type { DecoderState, DecoderStyle } from '../../src/ops/attention-decoder.js'
import { expectClose } from '../../src/testing/index.js'

const [B, T, E, S, M, H] = [2, 3, 3, 4, 5, 3]

function make(style: DecoderStyle, options: Partial<AttentionDecoderOptions> = {}) {
  return new AttentionDecoder({
    inputSize: E,
    hiddenSize: H,
    memorySize: M,
    style,
    rng: new Rng(1),
    ...options,
  })
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

const at = (x: tf.Tensor, t: number) => tf.squeeze(tf.slice(x, [0, t, 0], [-1, 1, -1]), [1])

/** Every row `count` times in a row: B sentences with K equal hypotheses each. */
function repeatRows(x: tf.Tensor, count: number): tf.Tensor {
  const [rows, size] = x.shape as [number, number]
  return tf.reshape(tf.tile(tf.expandDims(x, 1), [1, count, 1]), [rows * count, size])
}

function statesOf(style: DecoderStyle, N: number, rng: Rng): DecoderState {
  const state = { h: rng.normal([N, H]), c: rng.normal([N, H]) }
  return style === 'luong' ? { ...state, attentional: rng.normal([N, H]) } : state
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
      expectClose(step.state.h, at(all.hidden, t))
      expectClose(step.context, at(all.context, t))
      expectClose(step.attention, at(all.attention as tf.Tensor, t))
      state = step.state
    })
    expectClose(state.c, all.finalState.c)
  })

  test('K hypotheses share one memory: each is what it would be alone', () => {
    const K = 3
    const decoder = make(style)
    const rng = new Rng(5)
    const { memory, memoryMask } = batch()
    const constants = decoder.constants(decoder.prepare(memory, memoryMask))
    const state = statesOf(style, B * K, rng)
    const input = rng.normal([B * K, E])
    const together = decoder.step(state, input, constants)
    const copied = decoder.constants(
      decoder.prepare(
        tf.reshape(tf.tile(tf.expandDims(memory, 1), [1, K, 1, 1]), [B * K, S, M]),
        repeatRows(memoryMask, K),
      ),
    )
    const alone = decoder.step(state, input, copied)
    expectClose(together.state.h, alone.state.h)
    expectClose(together.context, alone.context)
    expectClose(together.attention, alone.attention)
  })

  test('over a multiplied memory it takes the same step, with the context as its reader sees it', () => {
    const [K, R] = [3, 2]
    const decoder = make(style)
    const rng = new Rng(6)
    const { memory, memoryMask } = batch()
    const constants = decoder.constants(decoder.prepare(memory, memoryMask))
    const state = statesOf(style, B * K, rng)
    const projected = rng.normal([B * K, 4 * H])
    const reader = rng.normal([M, R])
    const step = decoder.stepProjected(state, projected, constants)
    const multiplied = { ...constants, memory: decoder.multiplyMemory(constants, reader) }
    expect(multiplied.memory.values.shape).toEqual([B, S, (style === 'luong' ? H : 4 * H) + R])
    const same = decoder.stepMultiplied(state, projected, multiplied)
    expectClose(same.state.h, step.state.h)
    expectClose(same.state.c, step.state.c)
    if (style === 'luong')
      expectClose(same.state.attentional as tf.Tensor, step.state.attentional as tf.Tensor)
    expectClose(same.context, tf.matMul(step.context as tf.Tensor2D, reader as tf.Tensor2D))
    expectClose(same.attention, step.attention)
    expect(() => decoder.multiplyMemory(constants, tf.zeros([M + 1, R]))).toThrow(
      `reader: expected [${M}, R], received [${M + 1}, ${R}].`,
    )
  })

  test('extra masked positions of the memory change nothing', () => {
    const decoder = make(style)
    const { memory, memoryMask, ...rest } = batch()
    const long = decoder.forward({
      ...rest,
      memory: tf.concat([memory, tf.fill([B, 2, M], 7)], 1),
      memoryMask: tf.concat([memoryMask, tf.zeros([B, 2])], 1),
    })
    const short = decoder.forward({ ...rest, memory, memoryMask })
    expectClose(long.hidden, short.hidden)
    expectClose(long.context, short.context)
  })

  test('later inputs have no influence on earlier steps', () => {
    const decoder = make(style)
    const { inputs, ...rest } = batch()
    const changed = tf.concat([tf.slice(inputs, [0, 0, 0], [-1, 2, -1]), tf.fill([B, 1, E], 4)], 1)
    const [a, b] = [decoder.forward({ inputs, ...rest }), decoder.forward({ inputs: changed, ...rest })]
    expectClose(at(a.hidden, 1), at(b.hidden, 1), { absolute: 0 })
    expect(() => expectClose(at(a.hidden, 2), at(b.hidden, 2))).toThrow()
  })

  test('refuses what does not fit', () => {
    const decoder = make(style)
    const good = batch()
    expect(() => decoder.forward({ ...good, inputs: tf.zeros([B, T, 7]) })).toThrow(
      'inputs: expected [B, T, 3], received [2, 3, 7].',
    )
    expect(() => decoder.forward({ ...good, memory: tf.zeros([3, S, M]) })).toThrow(
      'memory: expected [B=2, S, 5], received [3, 4, 5].',
    )
    expect(() => decoder.forward({ ...good, memoryMask: tf.zeros([B, S + 1]) })).toThrow(
      'memoryMask: expected [B=2, S=4], received [2, 5].',
    )
    expect(() =>
      decoder.forward({ ...good, initialState: { h: tf.zeros([B, 4]), c: tf.zeros([B, H]) } }),
    ).toThrow('initialState.h: expected [B=2, 3], received [2, 4].')
    const constants = decoder.constants(decoder.prepare(good.memory))
    const three = decoder.startState({ h: tf.zeros([3, H]), c: tf.zeros([3, H]) })
    expect(() => decoder.step(three, tf.zeros([3, E]), constants)).toThrow(
      "input: expected a multiple of 2 rows, the memory's sentences, received 3.",
    )
    expect(() => decoder.step(three, tf.zeros([2, E]), constants)).toThrow(
      'state.h: expected [N=2, 3], received [3, 3].',
    )
  })
})

describe('AttentionDecoder', () => {
  test('names and shapes of its parameters', () => {
    const shapes = (style: DecoderStyle) =>
      Object.fromEntries([...make(style).namedParameters()].map(([name, { shape }]) => [name, shape.join()]))
    const shared = {
      weightHh: '12,3',
      biasIh: '12',
      biasHh: '12',
      'attention.queryWeight': '3,3',
      'attention.keyWeight': '3,5',
      'attention.energyWeight': '1,3',
    }
    expect(shapes('bahdanau')).toEqual({ ...shared, weightIh: '12,8' })
    expect(shapes('luong')).toEqual({ ...shared, weightIh: '12,6', 'combine.weight': '3,8' })
  })

  test('refuses an unknown style or score', () => {
    expect(() => make('other' as DecoderStyle)).toThrow(InvalidArgumentError)
    expect(() => make('toString' as DecoderStyle)).toThrow(
      'style: expected bahdanau or luong, received toString.',
    )
    expect(() => make('luong', { score: 'cosine' as 'dot' })).toThrow(
      'score: expected additive, dot, general, concat, scaledDot, received cosine.',
    )
    expect(() => make('luong', { score: 'dot' })).toThrow(/queries and keys of one size/)
  })
})
