/**
 * Folders of forecasters, blends, detectors, classifiers and finders that are damaged, or made to do harm by someone who can
 * compute their checksums: refused by a typed error and before memory is taken, or odd models after all.
 */
import '@tensorflow/tfjs-backend-cpu'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AttentiveError, CheckpointError, loadModelFolder, Rng, saveModelFolder } from '@attentive/core'
import { mutatedBytes, mutatedTree, mutatedWeights } from '@attentive/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { networkFolder } from '../src/detection/folder.js'
import {
  AnomalyDetector,
  BlendedForecaster,
  ChangePointFinder,
  ConformalForecaster,
  type DetectorConfig,
  NeuralForecaster,
  SeriesClassifier,
  TimeSeries,
} from '../src/index.js'
import { modelChecksum } from '../src/model-checksum.js'

interface Loaded {
  dispose(): Promise<void>
}

interface Subject {
  /** Folders of the model, of which one is changed. */
  folders: string[]
  save(folder: string): Promise<void>
  load(folder: string): Promise<Loaded>
  /** Mends the checksums by which folders of the model know each other, as a forger would. */
  forge?(folder: string): Promise<void>
}

const rng = new Rng(5)
const series = new TimeSeries({
  values: Array.from({ length: 300 }, (_, t) => Math.sin(t / 3) + 0.1 * rng.nextNormal()),
})
const training = { epochs: 1 }
const forecast = { lookback: 8, horizon: 3, training } as const

/** A detector's note of which network it was measured with. */
async function forgeDetector(folder: string): Promise<void> {
  const contents = await loadModelFolder(folder, { schema: z.any() })
  const network = await modelChecksum(networkFolder(folder))
  await saveModelFolder(folder, { ...contents, config: { ...contents.config, network } })
}

/** Likewise a blend's note of its networks. */
async function forgeBlend(folder: string): Promise<void> {
  const contents = await loadModelFolder(folder, { schema: z.any() })
  const networks = await Promise.all([1, 2].map((i) => modelChecksum(join(folder, `network-${i}`))))
  await saveModelFolder(folder, { ...contents, config: { ...contents.config, networks } })
}

function detectorBy(method: DetectorConfig['method']): Subject {
  return {
    folders: ['', 'network'],
    async save(folder) {
      const detector = new AnomalyDetector({ method, training })
      await detector.fit(series, { output: folder })
      await detector.dispose()
    },
    load: (folder) => AnomalyDetector.load(folder),
    forge: forgeDetector,
  }
}

const subjects: Record<string, Subject> = {
  forecaster: {
    folders: [''],
    async save(folder) {
      const forecaster = new NeuralForecaster({
        model: { name: 'segrnn', hiddenSize: 4, segmentLength: 4 },
        ...forecast,
      })
      await forecaster.fit(series, { output: folder })
      await forecaster.dispose()
    },
    load: (folder) => NeuralForecaster.load(folder),
  },
  'calibrated forecaster': {
    folders: ['', 'calibration'],
    async save(folder) {
      const forecaster = new NeuralForecaster({ model: { name: 'linear', kernelSize: 3 }, ...forecast })
      await forecaster.fit(series.slice(0, 200))
      const calibrated = await ConformalForecaster.calibrate(forecaster, series.slice(200), {
        coverages: [0.9],
      })
      await calibrated.save(folder)
      await forecaster.dispose()
    },
    load: async (folder) => (await ConformalForecaster.load(folder)).base as NeuralForecaster,
  },
  blend: {
    folders: ['', 'network-1', 'network-2'],
    async save(folder) {
      const networks = [1, 2].map(
        (seed) => new NeuralForecaster({ model: { name: 'linear', kernelSize: 3 }, ...forecast, seed }),
      )
      const blended = new BlendedForecaster(networks)
      await blended.fit(series.slice(0, 200), { validation: series.slice(192) })
      await blended.save(folder)
      await blended.dispose()
    },
    load: (folder) => BlendedForecaster.load(folder),
    forge: forgeBlend,
  },
  'detector by an autoencoder': detectorBy({
    name: 'autoencoder',
    window: 8,
    hiddenSize: 4,
    slots: 2,
    slotSize: 2,
  }),
  'detector by forecasts': detectorBy({
    name: 'forecast',
    lookback: 8,
    network: { name: 'linear', kernelSize: 3 },
  }),
  classifier: {
    folders: [''],
    async save(folder) {
      const classifier = new SeriesClassifier({ model: { name: 'lstm-attention', hiddenSize: 4 }, training })
      const labelled = ['a', 'b', 'a', 'b'].map((label, i) => ({
        label,
        series: series.slice(20 * i, 20 * i + 10),
      }))
      await classifier.fit(labelled, { output: folder })
      await classifier.dispose()
    },
    load: (folder) => SeriesClassifier.load(folder),
  },
  finder: {
    folders: [''],
    async save(folder) {
      const finder = new ChangePointFinder({
        window: 16,
        hiddenSize: 4,
        training: { epochs: 1, windowsPerEpoch: 64 },
      })
      await finder.train({ output: folder })
      await finder.dispose()
    },
    load: (folder) => ChangePointFinder.load(folder),
  },
}

const mutations = process.env.ATTENTIVE_LONG_TESTS ? 1000 : 120

describe.each(Object.entries(subjects))('the folder of a %s', (_, { folders, save, load, forge }) => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'attentive-hostile-series-'))
    await save(join(root, 'saved'))
  }, 60_000)
  afterAll(() => rm(root, { recursive: true }))

  const fresh = async () => {
    const folder = join(root, 'changed')
    await rm(folder, { recursive: true, force: true })
    await cp(join(root, 'saved'), folder, { recursive: true })
    return folder
  }

  it('loads as it was saved', async () => {
    await (await load(join(root, 'saved'))).dispose()
  })

  it('is refused when bytes of it are others than were saved', async () => {
    const chance = new Rng(3)
    for (let i = 0; i < 20; i++) {
      const folder = await fresh()
      const place = folders[i % folders.length] as string
      const file = join(folder, place, i % 4 === 0 ? 'config.json' : 'model.safetensors')
      const bytes = await readFile(file)
      const cut = i % 2 === 0 ? bytes.subarray(0, chance.nextInt(bytes.length)) : mutatedBytes(bytes, chance)
      if (Buffer.compare(Buffer.from(cut), bytes) === 0) continue
      await writeFile(file, cut)
      const loading = load(folder).then((model) => model.dispose())
      if (i % 4 === 0) await loading.catch((error) => expect(error).toBeInstanceOf(AttentiveError))
      else await expect(loading).rejects.toThrow(CheckpointError)
    }
  })

  it(`is refused or odd, whatever is changed in it with the right checksums (${mutations} changes)`, async () => {
    const chance = new Rng(4)
    const before = process.memoryUsage().rss
    let refused = 0
    for (let i = 0; i < mutations; i++) {
      const folder = await fresh()
      const place = join(folder, folders[i % folders.length] as string)
      const { task, config, weights } = await loadModelFolder(place, { schema: z.any() })
      const isConfig = chance.nextInt(3) > 0 || Object.keys(weights).length === 0
      await saveModelFolder(place, {
        task,
        config: isConfig ? mutatedTree(config, chance) : config,
        weights: isConfig ? weights : mutatedWeights(weights, chance),
      })
      if (place !== folder) await forge?.(folder)
      try {
        await (await load(folder)).dispose()
      } catch (error) {
        expect(error).toBeInstanceOf(AttentiveError)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(mutations / 4)
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(400)
  })
})
