import * as tf from '@tensorflow/tfjs-core'
import '../eager-backend.js'
import { describe, expect, it } from 'vitest'
import { Parameter } from '../../src/engine/parameter.js'
import { type ActiveTrace, withActiveTrace } from '../../src/engine/trace/active.js'
import { InvalidArgumentError, ShapeError } from '../../src/errors.js'
import { Module } from '../../src/layers/module.js'
import { clipByGlobalNorm, clipByValue, valueAndGradients } from '../../src/training/gradients.js'
import { Sgd } from '../../src/training/optimizers/sgd.js'

class Line extends Module {
  readonly slope = new Parameter([2], Float32Array.of(3, -1))
  readonly intercept = new Parameter([], Float32Array.of(0.5))
  readonly unused = new Parameter([2])
  readonly frozen = new Parameter([2], Float32Array.of(10, 20), false)

  /** mean((slope · frozen + intercept)²): residuals 30.5 and −19.5. */
  loss(): tf.Scalar {
    const line = tf.add(tf.mul(this.slope.read(), this.frozen.read()), this.intercept.read())
    return tf.mean(tf.square(line))
  }
}

const values = (tensor: tf.Tensor) => [...tensor.dataSync()]

describe('valueAndGradients', () => {
  it('gives the loss and its hand-computed derivatives, zeros for what the loss does not use', () => {
    const model = new Line()
    tf.tidy(() => {
      const { loss, gradients } = valueAndGradients(model, () => model.loss())
      expect(values(loss)[0]).toBeCloseTo((30.5 ** 2 + 19.5 ** 2) / 2, 3)
      const byName = new Map(gradients.entries.map(({ name, tensor }) => [name, values(tensor)]))
      expect([...byName.keys()]).toEqual(['slope', 'intercept', 'unused'])
      expect(byName.get('slope')).toEqual([305, -390])
      expect(byName.get('intercept')).toEqual([11])
      expect(byName.get('unused')).toEqual([0, 0])
    })
  })

  it('hands other outputs through, also when they are tensors of the caller', () => {
    const model = new Line()
    const given = tf.tensor1d([7])
    const before = tf.memory().numTensors
    const result = valueAndGradients(model, () => ({
      loss: model.loss(),
      given,
      nested: { two: tf.scalar(2) },
    }))
    expect(values(result.given)).toEqual([7])
    expect(values(result.nested.two)).toEqual([2])
    tf.dispose([
      result.loss,
      result.given,
      result.nested,
      result.gradients.entries.map(({ tensor }) => tensor),
    ])
    expect(values(given)).toEqual([7])
    model.dispose()
    expect(tf.memory().numTensors).toBe(before)
    given.dispose()
  })

  it('leaves no tensor behind in a tidy, step after step', () => {
    const model = new Line()
    const optimizer = new Sgd(model, { learningRate: 1e-4 })
    const step = () =>
      tf.tidy(() => {
        const { gradients } = valueAndGradients(model, () => ({
          loss: model.loss(),
          also: model.slope.read(),
        }))
        optimizer.apply(gradients)
      })
    step()
    const before = tf.memory().numTensors
    for (let i = 0; i < 20; i++) step()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses a loss of several numbers, a loss without parameters, a model without parameters', () => {
    const model = new Line()
    expect(() => valueAndGradients(model, () => model.slope.read())).toThrow(ShapeError)
    expect(() => valueAndGradients(model, () => tf.scalar(1))).toThrow(InvalidArgumentError)
    expect(() => valueAndGradients([new Parameter([1], undefined, false)], () => tf.scalar(1))).toThrow(
      'expected at least one trainable parameter',
    )
  })
})

describe('clipping', () => {
  const model = new Line()
  const apply = (clip: (gradients: ReturnType<typeof gradientsOf>) => ReturnType<typeof gradientsOf>) => {
    const fresh = new Line()
    const optimizer = new Sgd(fresh, { learningRate: 1 })
    tf.tidy(() => optimizer.apply(clip(gradientsOf(fresh))))
    return {
      slope: [...fresh.slope.data],
      intercept: fresh.intercept.data[0],
      norm: optimizer.lastGradientNorm,
    }
  }
  const gradientsOf = (line: Line) => valueAndGradients(line, () => line.loss()).gradients
  const norm = Math.hypot(305, 390, 11)

  it('by global norm scales all gradients alike and reports the norm before', () => {
    const { slope, intercept, norm: seen } = apply((g) => clipByGlobalNorm(g, 1))
    expect(seen).toBeCloseTo(norm, 3)
    expect(slope[0]).toBeCloseTo(3 - 305 / norm, 5)
    expect(slope[1]).toBeCloseTo(-1 + 390 / norm, 5)
    expect(intercept).toBeCloseTo(0.5 - 11 / norm, 5)
  })

  it('by global norm leaves small gradients as they are', () => {
    expect(apply((g) => clipByGlobalNorm(g, 1e4)).slope).toEqual([3 - 305, -1 + 390])
  })

  it('keeps the order in which it was asked for', () => {
    const valueFirst = apply((g) => clipByGlobalNorm(clipByValue(g, 100), 10))
    expect(valueFirst.slope[0]).toBeCloseTo(3 - (100 * 10) / Math.hypot(100, 100, 11), 4)
    const normFirst = apply((g) => clipByValue(clipByGlobalNorm(g, 10), 5))
    expect(normFirst.slope[0]).toBeCloseTo(3 - 5, 5)
    expect(normFirst.intercept).toBeCloseTo(0.5 - (11 * 10) / norm, 5)
    const twice = apply((g) => clipByGlobalNorm(clipByGlobalNorm(g, 10), 20))
    expect(twice.slope[0]).toBeCloseTo(3 - (305 * 10) / norm, 4)
  })

  it('refuses limits that are not above 0', () => {
    const gradients = gradientsOf(model)
    for (const limit of [0, -1, Number.NaN]) {
      expect(() => clipByGlobalNorm(gradients, limit)).toThrow(InvalidArgumentError)
      expect(() => clipByValue(gradients, limit)).toThrow(InvalidArgumentError)
    }
  })
})

describe('inside a trace', () => {
  it('the optimiser computes nothing, but asks for gradients and for an update after every run', () => {
    const model = new Line()
    const optimizer = new Sgd(model, { learningRate: 1 })
    const outputs: { tensor: tf.Tensor; target: Float32Array }[] = []
    const effects: (() => void)[] = []
    const trace: ActiveTrace = {
      parameter: (parameter) => tf.tensor(parameter.data.slice(), [...parameter.shape]),
      random: () => tf.scalar(0),
      scan: () => [],
      writeTo: (tensor, target) => outputs.push({ tensor, target }),
      afterRun: (effect) => effects.push(effect),
    }
    const gradients = {
      entries: optimizer.parameters.map((parameter, i) => ({
        name: String(i),
        parameter,
        tensor: tf.zeros([...parameter.shape]),
      })),
      clippings: [],
    }
    withActiveTrace(trace, () => optimizer.apply(clipByValue(gradients, 2)))
    expect(outputs.map(({ target }) => target.length)).toEqual([2, 1, 2])
    expect(optimizer.step).toBe(0)
    for (let run = 1; run <= 2; run++) {
      outputs[0]?.target.set([1, -5])
      for (const effect of effects) effect()
      expect([...model.slope.data]).toEqual([3 - run, -1 + 2 * run])
      expect(optimizer.step).toBe(run)
    }
  })
})
