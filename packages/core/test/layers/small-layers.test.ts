import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import { InvalidArgumentError } from '../../src/errors.js'
import { Attention } from '../../src/layers/attention.js'
import { Embedding } from '../../src/layers/embedding.js'
import { Linear } from '../../src/layers/linear.js'
import { fromPyTorchName, toPyTorchName } from '../../src/layers/pytorch-names.js'
import { expectClose } from '../../src/testing/index.js'

const rng = () => new Rng(1)

describe('Linear', () => {
  test('without a bias has none, and starts within ±1/√I', () => {
    const linear = new Linear({ inputSize: 16, outputSize: 100, bias: false, rng: rng() })
    expect([...linear.namedParameters().keys()]).toEqual(['weight'])
    expect(Math.max(...linear.weight.data.map(Math.abs))).toBeLessThanOrEqual(0.25)
    expectClose(linear.forward(tf.zeros([3, 16])), tf.zeros([3, 100]), { absolute: 0 })
  })

  test('refuses sizes below 1', () => {
    expect(() => new Linear({ inputSize: 0, outputSize: 1, rng: rng() })).toThrow(InvalidArgumentError)
  })
})

describe('Embedding', () => {
  const sizes = { vocabularySize: 5, embeddingSize: 2 }

  test('starts with a zero row for padding, the others drawn', () => {
    const { data } = new Embedding({ ...sizes, paddingIndex: 3, rng: rng() }).weight
    expect([...data.subarray(6, 8)]).toEqual([0, 0])
    expect(data.filter((value) => value === 0)).toHaveLength(2)
  })

  test.each([-1, 5, 1.5])('refuses padding index %f', (paddingIndex) => {
    expect(() => new Embedding({ ...sizes, paddingIndex, rng: rng() })).toThrow(
      `paddingIndex: expected an id in 0 … 4, received ${paddingIndex}.`,
    )
  })
})

describe('Attention', () => {
  test('has the weights of its score', () => {
    const names = (score: 'additive' | 'dot' | 'concat') => [
      ...new Attention({ score, querySize: 4, memorySize: 4, rng: rng() }).namedParameters().keys(),
    ]
    expect(names('additive')).toEqual(['queryWeight', 'keyWeight', 'energyWeight'])
    expect(names('concat')).toEqual(['pairWeight', 'energyWeight'])
    expect(names('dot')).toEqual([])
  })

  test('refuses queries and memories of other sizes', () => {
    const attention = new Attention({ querySize: 3, memorySize: 4, rng: rng() })
    const [queries, memory] = [tf.zeros([2, 1, 3]), tf.zeros([2, 5, 4])]
    expect(() => attention.forward({ queries: tf.zeros([2, 3]), memory })).toThrow(
      'queries: expected [B, K, 3], received [2, 3].',
    )
    expect(() => attention.forward({ queries, memory: tf.zeros([2, 5, 3]) })).toThrow(
      'memory: expected [B, S, 4], received [2, 5, 3].',
    )
  })
})

describe('PyTorch names', () => {
  test.each([
    ['weightIhL0', 'weight_ih_l0'],
    ['encoder.lstm.biasHhL12Reverse', 'encoder.lstm.bias_hh_l12_reverse'],
    ['layers.0.weight', 'layers.0.weight'],
  ])('%s ↔ %s', (ours, theirs) => {
    expect(toPyTorchName(ours)).toBe(theirs)
    expect(fromPyTorchName(theirs)).toBe(ours)
  })
})
