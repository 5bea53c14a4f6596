import * as tf from '@tensorflow/tfjs-core'
import '../eager-backend.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NdArray } from '../../src/engine/nd-array.js'
import { Parameter } from '../../src/engine/parameter.js'
import { InvalidArgumentError, ShapeError } from '../../src/errors.js'
import { averageStates } from '../../src/training/average-states.js'
import { ExponentialAverage } from '../../src/training/exponential-average.js'
import { Sgd } from '../../src/training/optimizers/sgd.js'

function setup(decay?: number) {
  const parameter = new Parameter([2], Float32Array.of(0, 8))
  const optimizer = new Sgd([parameter], { learningRate: 1 })
  const average = new ExponentialAverage(optimizer, { decay })
  const step = (...gradient: number[]) => {
    tf.tidy(() =>
      optimizer.apply({ entries: [{ name: '0', parameter, tensor: tf.tensor1d(gradient) }], clippings: [] }),
    )
    average.update()
  }
  return { parameter, optimizer, average, step }
}

describe('ExponentialAverage', () => {
  it('follows a ← a + (1 − δ)(p − a), with δ small in the first steps', async () => {
    const { parameter, average, step } = setup(0.15)
    const expected = [0, 8]
    for (let t = 0; t < 4; t++) {
      step(-1, 2)
      const decay = Math.min(0.15, (1 + t) / (10 + t))
      ;[0, 1].forEach((i) => {
        expected[i] =
          (expected[i] as number) + (1 - decay) * ((parameter.data[i] as number) - (expected[i] as number))
      })
    }
    expect([...parameter.data]).toEqual([4, 0])
    await average.applied(async () => {
      expect(parameter.data[0]).toBeCloseTo(expected[0] as number, 6)
      expect(parameter.data[1]).toBeCloseTo(expected[1] as number, 6)
      expect([...parameter.read().dataSync()]).toEqual([...parameter.data])
      expect(() => average.update()).toThrow(InvalidArgumentError)
    })
    expect([...parameter.data]).toEqual([4, 0])
  })

  it('puts the trained weights back when the body throws', async () => {
    const { parameter, average, step } = setup()
    step(1, 1)
    await expect(average.applied(async () => Promise.reject(new Error('validation failed')))).rejects.toThrow(
      'failed',
    )
    expect([...parameter.data]).toEqual([-1, 7])
    average.settle()
    expect(parameter.data[0]).toBeGreaterThan(-1)
    expect(parameter.data[0]).toBeLessThan(0)
  })

  it('continues from its state', () => {
    const whole = setup(0.9)
    const first = setup(0.9)
    const second = setup(0.9)
    for (const { step } of [whole, first]) for (let i = 0; i < 3; i++) step(i, 1)
    second.parameter.assign(first.parameter.data)
    second.average.loadState(first.average.state())
    for (const { step } of [whole, second]) step(5, -5)
    expect(second.average.state()).toEqual(whole.average.state())
  })

  it('refuses a foreign state', () => {
    const { average } = setup()
    expect(() => average.loadState({ updates: 1, tensors: {} })).toThrow(/average\.0: expected 2 numbers/)
    expect(() => setup(1)).toThrow('decay')
  })
})

describe('averageStates', () => {
  it('is the mean of every element', async () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const states = values.map((row) => ({ w: new NdArray(Float32Array.from(row), [2, 1]) }))
        const { w } = await averageStates(states)
        expect(w?.shape).toEqual([2, 1])
        ;[0, 1].forEach((i) => {
          const mean = values.reduce((sum, row) => sum + (row[i] as number), 0) / values.length
          expect(w?.data[i]).toBeCloseTo(mean, 4)
        })
      }),
    )
  })

  it('refuses no states and states of different models', async () => {
    const state = (name: string, shape: number[]) => ({ [name]: NdArray.zeros(shape) })
    await expect(averageStates([])).rejects.toThrow(InvalidArgumentError)
    await expect(averageStates([state('w', [2]), state('w', [3])])).rejects.toThrow(ShapeError)
    await expect(averageStates([state('w', [2]), state('v', [2])])).rejects.toThrow(ShapeError)
    await expect(
      averageStates([state('w', [2]), { ...state('w', [2]), ...state('v', [2]) }]),
    ).rejects.toThrow(/v:/)
  })
})
