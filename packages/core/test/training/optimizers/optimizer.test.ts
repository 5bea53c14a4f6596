import * as tf from '@tensorflow/tfjs-core'
import '../../eager-backend.js'
import { describe, expect, it } from 'vitest'
import { Parameter } from '../../../src/engine/parameter.js'
import { CheckpointError, InvalidArgumentError, NumericalError } from '../../../src/errors.js'
import { Adam, AdamW } from '../../../src/training/optimizers/adam.js'
import { createOptimizer } from '../../../src/training/optimizers/create-optimizer.js'
import type { Optimizer } from '../../../src/training/optimizers/optimizer.js'
import { Momentum, Sgd } from '../../../src/training/optimizers/sgd.js'

const make = () => [new Parameter([3], Float32Array.of(1, 2, 3)), new Parameter([], Float32Array.of(4))]

function applyGradients(optimizer: Optimizer, values: number[][]): void {
  tf.tidy(() => {
    const entries = optimizer.parameters.map((parameter, i) => ({
      name: String(i),
      parameter,
      tensor: tf.tensor(values[i] as number[], [...parameter.shape]),
    }))
    optimizer.apply({ entries, clippings: [] })
  })
}

const step = (optimizer: Optimizer, i: number) =>
  applyGradients(optimizer, [[Math.sin(i), Math.cos(i), 1 / (i + 1)], [i - 2]])

describe('Optimizer', () => {
  it('updates what read() returns', () => {
    const parameters = make()
    const optimizer = new Sgd(parameters, { learningRate: 1 })
    expect([...(parameters[0] as Parameter).read().dataSync()]).toEqual([1, 2, 3])
    applyGradients(optimizer, [[1, 1, 1], [1]])
    expect([...(parameters[0] as Parameter).read().dataSync()]).toEqual([0, 1, 2])
    expect([...(parameters[1] as Parameter).read().dataSync()]).toEqual([3])
  })

  it('takes a new learning rate from the next step on', () => {
    const parameters = make()
    const optimizer = new Sgd(parameters, { learningRate: 1 })
    applyGradients(optimizer, [[1, 0, 0], [0]])
    optimizer.learningRate = 0.5
    applyGradients(optimizer, [[1, 0, 0], [0]])
    expect(parameters[0]?.data[0]).toBe(1 - 1 - 0.5)
  })

  it('names the parameter with a gradient that is not finite, and changes nothing', () => {
    const parameters = make()
    const optimizer = new Adam(parameters)
    step(optimizer, 0)
    const before = optimizer.state()
    const weights = [...(parameters[0] as Parameter).data]
    const broken = () => applyGradients(optimizer, [[0, 1, 2], [Number.NaN]])
    expect(broken).toThrow(NumericalError)
    expect(broken).toThrow(/gradient of 1 at step 2: .*received 1 of 1 that are NaN/)
    expect(() => applyGradients(optimizer, [[Number.POSITIVE_INFINITY, 1, 2], [0]])).toThrow(/gradient of 0/)
    expect(optimizer.state()).toEqual(before)
    expect([...(parameters[0] as Parameter).data]).toEqual(weights)
  })

  it('skips such a step if asked, and counts it', () => {
    const parameters = make()
    const optimizer = new Momentum(parameters, { onNonFinite: 'skip', learningRate: 1 })
    applyGradients(optimizer, [[Number.NaN, 0, 0], [1]])
    expect([...(parameters[0] as Parameter).data]).toEqual([1, 2, 3])
    expect(optimizer.skippedSteps).toBe(1)
    expect(optimizer.step).toBe(0)
    applyGradients(optimizer, [[1, 0, 0], [0]])
    expect(parameters[0]?.data[0]).toBe(0)
  })

  it('leaves frozen parameters alone', () => {
    const frozen = new Parameter([1], Float32Array.of(9), false)
    const optimizer = new AdamW([...make(), frozen])
    expect(optimizer.parameters).toHaveLength(2)
    step(optimizer, 0)
    expect([...frozen.data]).toEqual([9])
  })

  it('refuses gradients of other parameters, double and no parameters, and parameters taken over by another', () => {
    const parameters = make()
    const optimizer = new Sgd(parameters)
    expect(() => optimizer.apply({ entries: [], clippings: [] })).toThrow(InvalidArgumentError)
    expect(() => new Sgd([])).toThrow('at least one trainable parameter')
    expect(() => new Sgd([parameters[0] as Parameter, parameters[0] as Parameter])).toThrow('twice')
    new Sgd(parameters)
    expect(() => step(optimizer, 0)).toThrow('another optimiser has taken over')
  })

  it('refuses hyper-parameters out of range', () => {
    expect(() => new Adam(make(), { betas: [1, 0.9] })).toThrow('betas[0]')
    expect(() => new Adam(make(), { epsilon: -1 })).toThrow('epsilon')
    expect(() => new Sgd(make(), { weightDecay: Number.NaN })).toThrow('weightDecay')
    expect(() => new Momentum(make(), { momentum: 1.5 })).toThrow('momentum')
    expect(() => new Sgd(make(), { learningRate: -1 })).toThrow('learningRate')
  })
})

describe('state', () => {
  for (const type of ['sgd', 'momentum', 'adam', 'adamW'] as const)
    it(`of ${type}: a restored optimiser continues bit for bit`, () => {
      const weights = make()
      const whole = createOptimizer({ type, learningRate: 0.1 }, weights)
      for (let i = 0; i < 6; i++) step(whole, i)

      const first = make()
      const interrupted = createOptimizer({ type, learningRate: 0.1 }, first)
      for (let i = 0; i < 3; i++) step(interrupted, i)
      const second = first.map(({ shape, data }) => new Parameter(shape, data.slice()))
      const resumed = createOptimizer({ type, learningRate: 5 }, second)
      resumed.loadState(interrupted.state())
      for (let i = 3; i < 6; i++) step(resumed, i)
      expect(second.map(({ data }) => [...data])).toEqual(weights.map(({ data }) => [...data]))
      expect(resumed.step).toBe(6)
    })

  it('of another type or other parameters is refused and changes nothing', () => {
    const optimizer = new Adam(make())
    step(optimizer, 0)
    const before = optimizer.state()
    expect(() => optimizer.loadState(new Sgd(make()).state())).toThrow(CheckpointError)
    const other = new Adam([new Parameter([2]), new Parameter([])]).state()
    expect(() => optimizer.loadState(other)).toThrow(/firstMoment\.0: expected 3 numbers, received 2/)
    expect(optimizer.state()).toEqual(before)
  })
})

describe('createOptimizer', () => {
  it('names the field that is wrong', () => {
    expect(() => createOptimizer({ type: 'adam', learningRate: -1 }, make())).toThrow(/learningRate/)
    expect(() => createOptimizer({ type: 'adagrad' } as never, make())).toThrow(InvalidArgumentError)
    expect(() => createOptimizer({ type: 'sgd', momentum: 0.9 } as never, make())).toThrow(/momentum/)
  })
})
