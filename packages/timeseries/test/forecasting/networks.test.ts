/** Every network: gradients by finite differences, and compiled as eager, for every likelihood and any batch size. */
import '@tensorflow/tfjs-backend-cpu'
import { compile, findOnnxRuntime, NdArray, Rng, Sgd, valueAndGradients } from '@attentive/core'
import { checkModuleGradients, expectClose } from '@attentive/core/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it, vi } from 'vitest'
import { parseForecastConfig } from '../../src/forecasting/config.js'
import {
  batchAxes,
  type ForecastParts,
  forecastGraph,
  forecastLoss,
} from '../../src/forecasting/forecast-graph.js'
import { createLikelihood } from '../../src/forecasting/likelihoods/index.js'
import type { NetworkInputs, NetworkSizes } from '../../src/forecasting/network.js'
import { createNetwork, networkNames, networks } from '../../src/forecasting/networks/index.js'
import type { DLinear } from '../../src/forecasting/networks/linear.js'
import { type BatchTensors, createTrainingStep } from '../../src/forecasting/training-step.js'

const [lookback, horizon] = [12, 5]
const small: Record<string, object> = {
  segrnn: { segmentLength: 5, attention: true },
  linear: { kernelSize: 3 },
}
const cases = networkNames.flatMap((name) =>
  (['point', 'gaussian', 'quantiles', 'studentT', 'negativeBinomial'] as const)
    // Other networks know likelihoods from outside alone: one that is hard to differentiate is enough.
    .filter(
      (type) => name === 'deepar' || name === 'segrnn' || !['studentT', 'negativeBinomial'].includes(type),
    )
    .map((type) => [name, type] as const),
)

function partsOf(name: string, type: string, extra: object = {}): ForecastParts {
  const size = name === 'linear' ? {} : { hiddenSize: 8 }
  const config = parseForecastConfig({
    model: { name, ...size, ...small[name], ...extra },
    lookback,
    horizon,
    likelihood: { type },
    windowNorm: type === 'negativeBinomial' ? 'mean' : 'standard',
  })
  const likelihood = createLikelihood(config.likelihood)
  const { covariates } = networks[config.model.name]
  const has = covariates === 'none' ? 0 : 1
  const sizes: NetworkSizes = {
    lookback,
    horizon,
    channels: 2,
    pastCovariates: covariates === 'all' ? 1 : 0,
    futureCovariates: 2 * has,
    statics: has,
    outputs: likelihood.size,
  }
  const network = createNetwork(config.model, sizes, { rng: new Rng(1), likelihood })
  return { network, likelihood, windowNorm: config.windowNorm }
}

function batchOf({ network }: ForecastParts, B: number) {
  const rng = new Rng(B)
  const draw = (...shape: number[]) =>
    new NdArray(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.nextNormal()),
      shape,
    )
  const { pastCovariates, futureCovariates, statics } = network.sizes
  const has = statics > 0
  return {
    inputs: {
      past: draw(B, lookback, 2),
      covariates: has ? draw(B, lookback, pastCovariates + futureCovariates) : null,
      future: has ? draw(B, horizon, 2) : null,
      statics: has ? draw(B, 1) : null,
    },
    target: draw(B, horizon, 2),
    observed: new NdArray(
      Float32Array.from({ length: B * horizon * 2 }, (_, i) => Number(i % 3 > 0)),
      [B, horizon, 2],
    ),
  }
}

const onBackend = ({ inputs, target, observed }: ReturnType<typeof batchOf>) => ({
  inputs: Object.fromEntries(
    Object.entries(inputs).map(([name, array]) => [name, array?.toTensor() ?? null]),
  ) as NetworkInputs,
  target: target.toTensor(),
  observed: observed.toTensor(),
})

describe.each(cases)('%s, %s', (name, type) => {
  it('has the gradients of its loss', () => {
    const parts = partsOf(name, type)
    const { inputs, ...target } = onBackend(batchOf(parts, 2))
    checkModuleGradients(
      parts.network,
      () => {
        const { parameters } = forecastGraph(parts, { ...inputs, teacher: target.target })
        return tf.sum(tf.mul(parts.likelihood.loss(parameters, target.target), target.observed))
      },
      { entries: 3, step: 2e-3, tolerance: 2e-2 },
    )
  })

  it.skipIf(!findOnnxRuntime().runtime)(
    'is compiled once for all batches, with the same numbers',
    async () => {
      const parts = partsOf(name, type)
      const run = ({ inputs, ...target }: BatchTensors) => {
        const { loss, gradients } = valueAndGradients(parts.network, () =>
          forecastLoss(parts, inputs, target, undefined),
        )
        return { loss, gradients: gradients.entries.map(({ tensor }) => tensor) }
      }
      const axes = batchAxes(parts.network.sizes)
      const [compiled, eager] = (['onnxruntime', 'eager'] as const).map((engine) =>
        compile(run, { engine, axes }),
      )
      for (const B of [3, 5, 3]) {
        const found = await compiled?.(batchOf(parts, B))
        const expected = await eager?.(batchOf(parts, B))
        expectClose(found?.loss as NdArray, expected?.loss as NdArray)
        for (const [i, gradient] of (expected?.gradients ?? []).entries())
          expectClose(found?.gradients[i] as NdArray, gradient, { absolute: 1e-5 })
      }
      expect(compiled?.stats.compilations).toBe(1)
      await compiled?.dispose()
    },
  )

  it.skipIf(!findOnnxRuntime().runtime || name === 'linear')(
    'learns the same from rows that are divided among threads',
    async () => {
      const step = (threads: number) => {
        const parts = partsOf(name, type)
        const optimizer = new Sgd(parts.network, { learningRate: 0.01 })
        const context = { network: parts.network, optimizer, clipNorm: 5, rng: new Rng(3) }
        return { parts, compiled: createTrainingStep(parts, context, { threads }) }
      }
      const [whole, divided] = [step(1), step(2)]
      const batch = batchOf(whole.parts, 6000)
      const started = vi.fn()
      process.on('worker', started)
      const found = await divided.compiled(batch)
      process.off('worker', started)
      expect(started).toHaveBeenCalledOnce()
      expectClose(found.loss, (await whole.compiled(batch)).loss)
      const learnt = divided.parts.network.stateDict()
      for (const [weight, { data }] of Object.entries(whole.parts.network.stateDict()))
        for (const [i, value] of data.entries()) expect(learnt[weight]?.data[i]).toBeCloseTo(value, 5)
      await Promise.all([divided.compiled.dispose(), whole.compiled.dispose()])
    },
  )
})

it.each([
  [1, [1, 2, 6]],
  [5, [2.2, 3.2, 4.2]],
  // As good as all steps are beyond the ends, half of them each: soon told, however many they are.
  [2e12 + 1, [3.5, 3.5, 3.5]],
])('a moving average of %i steps repeats the ends of the look-back', (kernelSize, expected) => {
  const sizes = { lookback: 3, horizon: 3, channels: 1, outputs: 1 }
  const none = { pastCovariates: 0, futureCovariates: 0, statics: 0 }
  const context = { rng: new Rng(1), likelihood: createLikelihood({ type: 'gaussian' }) }
  const network = createNetwork({ name: 'linear', kernelSize }, { ...sizes, ...none }, context) as DLinear
  network.trend.weight.data.set([1, 0, 0, 0, 1, 0, 0, 0, 1])
  network.trend.bias?.data.fill(0)
  network.rest.weight.data.fill(0)
  const inputs = { covariates: null, future: null, statics: null }
  const { output } = network.forward({ ...inputs, past: tf.tensor3d([1, 2, 6], [1, 3, 1]) })
  for (const [h, value] of output.dataSync().entries()) expect(value).toBeCloseTo(expected[h] as number, 5)
})

describe.each(networkNames)('%s', (name) => {
  it('looks back with weights that add up to 1, if it tells', () => {
    const parts = partsOf(name, 'point')
    const { attention } = forecastGraph(parts, onBackend(batchOf(parts, 2)).inputs)
    if (['linear', 'lstm', 'deepar'].includes(name)) return expect(attention).toBeNull()
    expect(attention?.shape.at(-1)).toBe(lookback)
    const sums = tf.sum(attention as tf.Tensor, 2).dataSync()
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5)
  })

  it.skipIf(name === 'linear')('may be built of GRUs or LSTMs', () => {
    for (const cell of ['gru', 'lstm']) {
      const parts = partsOf(name, 'point', { cell })
      const { parameters } = forecastGraph(parts, onBackend(batchOf(parts, 2)).inputs)
      expect(parameters.shape).toEqual([2, horizon, 2, 1])
    }
  })
})
