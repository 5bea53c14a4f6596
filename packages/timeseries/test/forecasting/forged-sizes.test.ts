/** Weights are counted by settings before a network is made, so that a folder gets no more memory than its file has taken. */
import '@tensorflow/tfjs-backend-cpu'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError, Rng, saveModelFolder } from '@attentive/core'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ForecastConfig, parseForecastConfig } from '../../src/forecasting/config.js'
import { learnFrom } from '../../src/forecasting/fitted.js'
import { createParts, describeFolder } from '../../src/forecasting/folder.js'
import { createLikelihood } from '../../src/forecasting/likelihoods/index.js'
import {
  createNetwork,
  type NetworkName,
  networkNames,
  networkSchema,
  networks,
  weightCount,
} from '../../src/forecasting/networks/index.js'
import { scoreSchema } from '../../src/forecasting/networks/recurrent.js'
import { NeuralForecaster, TimeSeries } from '../../src/index.js'

const upTo = (max: number) => fc.integer({ min: 1, max })
const cell = fc.constantFrom('lstm', 'gru')
const score = fc.constantFrom(...scoreSchema.options)
const hiddenSize = upTo(5)
const numLayers = upTo(3)
const even = hiddenSize.map((half) => 2 * half)

const settings: Record<NetworkName, fc.Arbitrary<object>> = {
  segrnn: fc.record({ hiddenSize: even, segmentLength: upTo(9), cell, attention: fc.boolean() }),
  lstm: fc.record({ hiddenSize, numLayers, cell }),
  'lstm-attention': fc.record({ hiddenSize, numLayers, cell, score }),
  seq2seq: fc.record({ hiddenSize, numLayers, cell, score }),
  'self-attention': fc.record({ hiddenSize: even, numLayers, numHeads: upTo(2), cell }),
  'da-rnn': fc.record({ hiddenSize, cell }),
  deepar: fc.record({ hiddenSize, numLayers, cell }),
  linear: fc.constant({}),
}

const someSizes = fc.record({
  lookback: upTo(12),
  horizon: upTo(12),
  channels: upTo(3),
  pastCovariates: fc.nat(2),
  futureCovariates: fc.nat(3),
  statics: fc.nat(2),
  outputs: upTo(3),
})

it.each(networkNames)('%s has as many weights as are counted', (name) => {
  const context = { rng: new Rng(1), likelihood: createLikelihood({ type: 'gaussian' }) }
  fc.assert(
    fc.property(settings[name], someSizes, (options, sizes) => {
      const model = networkSchema.parse({ name, ...options })
      expect(weightCount(model, sizes)).toBe(createNetwork(model, sizes, context).parameterCount())
    }),
  )
})

const series = new TimeSeries({ values: Array.from({ length: 40 }, (_, t) => Math.sin(t)) })

/** An untrained forecaster's folder. @param forge changes what is saved of the settings, not the weights. */
async function save(folder: string, honest: ForecastConfig, forge: (config: ForecastConfig) => void) {
  const config = parseForecastConfig(honest)
  const fitted = learnFrom([series], config)
  const weights = createParts(config, fitted).network.stateDict()
  const forged = structuredClone(config)
  forge(forged)
  await saveModelFolder(folder, { ...describeFolder({ config: forged, fitted }), weights })
}

let root: string
let folder: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attentive-forged-'))
  folder = join(root, 'model')
})
beforeEach(() => rm(folder, { recursive: true, force: true }))
afterAll(() => rm(root, { recursive: true }))

/** Sizes of settings that make weights. */
const paid: Record<NetworkName, { model: string[]; windows: ('lookback' | 'horizon')[] }> = {
  segrnn: { model: ['hiddenSize', 'segmentLength'], windows: ['horizon'] },
  lstm: { model: ['hiddenSize', 'numLayers'], windows: ['horizon'] },
  'lstm-attention': { model: ['hiddenSize', 'numLayers'], windows: ['horizon'] },
  seq2seq: { model: ['hiddenSize', 'numLayers'], windows: [] },
  'self-attention': { model: ['hiddenSize', 'numLayers'], windows: ['horizon'] },
  'da-rnn': { model: ['hiddenSize'], windows: ['lookback', 'horizon'] },
  deepar: { model: ['hiddenSize', 'numLayers'], windows: [] },
  linear: { model: [], windows: ['lookback', 'horizon'] },
}

describe.each(networkNames)('a folder of %s', (name) => {
  const size = name === 'linear' ? {} : { hiddenSize: 8 }
  const segments = name === 'segrnn' ? { segmentLength: 4 } : {}
  const model = networkSchema.parse({ name, ...size, ...segments })
  const likelihood = { type: name === 'deepar' ? 'gaussian' : 'point' } as const
  const honest: ForecastConfig = { model, likelihood, lookback: 8, horizon: 3 }

  /** What comes of loading, and how many networks were made for it. */
  async function loading(forge: (config: ForecastConfig) => void) {
    await save(folder, honest, forge)
    const create = vi.spyOn(networks[name], 'create')
    const error = await NeuralForecaster.load(folder).then(
      (forecaster) => forecaster.dispose(),
      (error: unknown) => error,
    )
    const made = create.mock.calls.length
    create.mockRestore()
    return { error, made }
  }

  it('loads as it was saved', async () => {
    expect(await loading(() => undefined)).toEqual({ error: undefined, made: 1 })
  })

  it('is refused before a network is made when its sizes make more weights than it has', async () => {
    const config = parseForecastConfig(honest)
    const weights = createParts(config, learnFrom([series], config)).network.parameterCount()
    // No larger than the number of weights itself, as it is products that count; a multiple of what it must be one of.
    const large = weights - (weights % 8)
    const forgeries = [
      ...paid[name].model.map((field) => (config: ForecastConfig) => {
        Object.assign(config.model, { [field]: large })
      }),
      ...paid[name].windows.map((field) => (config: ForecastConfig) => {
        config[field] = 2 * large
      }),
    ]
    for (const forge of forgeries) {
      const { error, made } = await loading(forge)
      expect(error, forge.toString()).toBeInstanceOf(CheckpointError)
      expect(error).toMatchObject({
        argument: 'config.json',
        expected: `sizes of a network with ${weights} weights`,
      })
      expect(made).toBe(0)
    }
  })

  it('is refused when nobody could wait for its horizon, whether that makes weights or not', async () => {
    const { error, made } = await loading((config) => {
      config.horizon = 1e9
    })
    expect(error).toBeInstanceOf(CheckpointError)
    expect(made).toBe(0)
  })
})

it.each<[string, ForecastConfig]>([
  ['a moving average', { model: { name: 'linear', kernelSize: 25 }, lookback: 8, horizon: 1 }],
  ['a look-back', { model: { name: 'lstm', hiddenSize: 1 }, lookback: 30, horizon: 1 }],
])('a network loads that has fewer weights than %s has steps', async (_, config) => {
  await save(folder, config, () => undefined)
  const forecaster = await NeuralForecaster.load(folder)
  expect((await forecaster.predict(series)).length).toBe(1)
  await forecaster.dispose()
})
