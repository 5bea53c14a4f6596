/** A detector's folder when trainings into it are stopped, or its parts are exchanged or forged. */
import '@tensorflow/tfjs-backend-cpu'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError, loadModelFolder, type StateDict, saveModelFolder } from '@attentive/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AnomalyDetector, type DetectorConfig } from '../../src/detection/index.js'
import { TimeSeries } from '../../src/series/index.js'
import { vitalSign } from './vital-sign.js'

type Method = NonNullable<DetectorConfig['method']>

const autoencoder = { name: 'autoencoder', hiddenSize: 4, slots: 2, slotSize: 2 } as const
const forecast = { name: 'forecast', network: { name: 'linear', kernelSize: 3 } } as const
/** Each with one that reads more rows. */
const methods: [string, Method, longer: Method][] = [
  ['autoencoder', { ...autoencoder, window: 8 }, { ...autoencoder, window: 10 }],
  ['forecast', { ...forecast, lookback: 8 }, { ...forecast, lookback: 10 }],
]
const { series } = vitalSign({ length: 1000, seed: 1 })
const [before, after] = [series.slice(0, 400), series.slice(400).map((value) => 3 * value)]

describe.each(methods)('the folder of a detector by %s', (name, method, longer) => {
  const config: DetectorConfig = { method, training: { epochs: 2 } }
  let root: string
  let first: AnomalyDetector
  const saved = () => join(root, 'first')

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'attentive-detector-'))
    first = new AnomalyDetector(config)
    await first.fit(before, { output: saved() })
  }, 60_000)
  afterAll(async () => {
    await first.dispose()
    await rm(root, { recursive: true })
  })

  it('holds no mixture after a second training was stopped, and the new one when it is done', async () => {
    const folder = join(root, 'again')
    await cp(saved(), folder, { recursive: true })
    const second = new AnomalyDetector({ ...config, seed: 2 })
    const controller = new AbortController()
    const onProgress = ({ step }: { step: number }) => step === 3 && controller.abort()
    const stopped = await second.fit(after, { output: folder, signal: controller.signal, onProgress })
    expect(stopped.stoppedBy).toBe('interrupt')
    if (name === 'forecast') await expect(AnomalyDetector.load(folder)).rejects.toThrow(/resume/)
    else {
      const loaded = await AnomalyDetector.load(folder)
      expect((await loaded.detect(before)).scores).toEqual((await first.detect(before)).scores)
      await loaded.dispose()
    }
    await second.fit(after, { output: folder, resume: true })
    const loaded = await AnomalyDetector.load(folder)
    expect(loaded.threshold).toBe(second.threshold)
    expect((await loaded.detect(before)).events).toEqual((await second.detect(before)).events)
    await loaded.dispose()
    await second.dispose()
  })

  /** The first detector's folder with the network of one of other settings or data. */
  const withNetworkOf = async (settings: DetectorConfig, data: TimeSeries) => {
    const [folder, other] = [join(root, 'mixed'), join(root, 'other')]
    const second = new AnomalyDetector({ ...config, ...settings })
    await second.fit(data)
    await second.save(other)
    await second.dispose()
    await (await AnomalyDetector.load(other)).dispose()
    await rm(folder, { recursive: true, force: true })
    await cp(saved(), folder, { recursive: true })
    await rm(join(folder, 'network'), { recursive: true })
    await cp(join(other, 'network'), join(folder, 'network'), { recursive: true })
    return folder
  }

  it('is refused with the network of another one, of the same sizes', async () => {
    const loading = AnomalyDetector.load(await withNetworkOf({ seed: 2 }, after))
    await expect(loading).rejects.toThrow(CheckpointError)
    await expect(loading).rejects.toThrow(/that the threshold was measured with/)
  })

  it('is refused with a network of other channels', async () => {
    const breath = new TimeSeries({ ...after, channels: ['breath'] })
    const loading = AnomalyDetector.load(await withNetworkOf({}, breath))
    await expect(loading).rejects.toThrow(CheckpointError)
    await expect(loading).rejects.toThrow(/network of \d+ rows of "pulse".*network of \d+ rows of "breath"/s)
  })

  it('is refused with a network of other rows', async () => {
    const loading = AnomalyDetector.load(await withNetworkOf({ method: longer }, after))
    await expect(loading).rejects.toThrow(CheckpointError)
    await expect(loading).rejects.toThrow(/network of (8|9) rows.*network of (10|11) rows/s)
  })

  it('is refused with a network that was forged, by the error of its own loader', async () => {
    const folder = await forged(root, saved(), ({ weights }) => {
      delete weights[firstOf(weights)]
    })
    const { weights } = await loadModelFolder(join(saved(), 'network'), { schema: z.any() })
    const loading = AnomalyDetector.load(folder)
    await expect(loading).rejects.toThrow(CheckpointError)
    await expect(loading).rejects.toThrow(firstOf(weights))
  })

  if (name === 'autoencoder')
    it('is refused with scales of other channels, or sizes that its weights have not paid for', async () => {
      const scaled = await forged(root, saved(), ({ config }) => {
        config.scales.center.push(0)
      })
      await expect(AnomalyDetector.load(scaled)).rejects.toThrow(CheckpointError)
      const paired = await forged(root, saved(), ({ config }) => {
        for (const list of Object.values(config.scales)) list.push(1)
      })
      await expect(AnomalyDetector.load(paired)).rejects.toThrow(
        /must be of as many channels as there are.*scales/s,
      )
      const names = Array.from({ length: 1000 }, (_, c) => `c${c}`)
      const wide = await forged(root, saved(), ({ config }) => {
        config.channels = names
        config.scales = { center: names.map(() => 0), scale: names.map(() => 1) }
      })
      await expect(AnomalyDetector.load(wide)).rejects.toThrow(/sizes of a network with \d+ weights/)
      const slotted = await forged(root, saved(), ({ config }) => {
        Object.assign(config.method, { slots: 20, slotSize: 20 })
      })
      await expect(AnomalyDetector.load(slotted)).rejects.toThrow(/sizes of a network with \d+ weights/)
    })
  else
    it('is refused with sizes of a forecaster that its weights have not paid for', async () => {
      const long = await forged(root, saved(), ({ config }) => {
        config.config.lookback = 100
      })
      await expect(AnomalyDetector.load(long)).rejects.toThrow(/sizes of a network with \d+ weights/)
    })
})

/** What a network's folder holds, as far as it is forged. */
interface Contents {
  task: string
  config: {
    method: object
    channels: string[]
    scales: { center: number[]; scale: number[] }
    /** Of a forecaster. */
    config: { lookback: number }
  }
  weights: StateDict
}

/** A saved detector with another network, whose own checksums are right. */
async function forged(root: string, saved: string, change: (contents: Contents) => void): Promise<string> {
  const folder = join(root, 'forged')
  await rm(folder, { recursive: true, force: true })
  await cp(saved, folder, { recursive: true })
  const place = join(folder, 'network')
  const contents: Contents = await loadModelFolder(place, { schema: z.any() })
  change(contents)
  await saveModelFolder(place, contents)
  return folder
}

function firstOf(weights: StateDict): string {
  return Object.keys(weights)[0] as string
}
