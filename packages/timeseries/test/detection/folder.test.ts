/** A detector's folder when trainings into it are stopped, or its parts are exchanged. */
import '@tensorflow/tfjs-backend-cpu'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointError } from '@attentive/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnomalyDetector, type DetectorConfig } from '../../src/detection/index.js'
import { vitalSign } from './vital-sign.js'

const methods: [string, DetectorConfig['method']][] = [
  ['autoencoder', { name: 'autoencoder', window: 8, hiddenSize: 4, slots: 2, slotSize: 2 }],
  ['forecast', { name: 'forecast', lookback: 8, network: { name: 'linear', kernelSize: 3 } }],
]
const { series } = vitalSign({ length: 1000, seed: 1 })
const [before, after] = [series.slice(0, 400), series.slice(400).map((value) => 3 * value)]

describe.each(methods)('the folder of a detector by %s', (name, method) => {
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

  it('is refused with the network of another one, of the same sizes', async () => {
    const [folder, other] = [join(root, 'mixed'), join(root, 'other')]
    const second = new AnomalyDetector({ ...config, seed: 2 })
    await second.fit(after)
    await second.save(other)
    await second.dispose()
    await cp(saved(), folder, { recursive: true })
    await rm(join(folder, 'network'), { recursive: true })
    await cp(join(other, 'network'), join(folder, 'network'), { recursive: true })
    await expect(AnomalyDetector.load(folder)).rejects.toThrow(CheckpointError)
    await (await AnomalyDetector.load(other)).dispose()
  })
})
