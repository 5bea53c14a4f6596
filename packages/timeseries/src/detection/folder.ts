/**
 * A detector's folder: settings and what was measured in `config.json`, the network in `network/`, a model folder of its
 * own. Each is saved whole, but one after the other, and a training that is stopped may leave a new network beside old
 * measures: so the detector knows its network by checksum. The network's own loader comes first, so that a damaged or
 * forged network is refused by the error that says what is wrong with it.
 */
import { join } from 'node:path'
import { CheckpointError, loadModelFolder, saveModelFolder } from '@attentive/core'
import { z } from 'zod'
import { modelChecksum, requireModelChecksum } from '../model-checksum.js'
import type { EngineOptions } from '../training/run-options.js'
import { detectorConfigSchema, type ParsedDetectorConfig, rowsNeeded } from './config.js'
import type { ResidualModel } from './residual-model.js'
import { loadResidualModel } from './residual-models.js'

/** What a detector learns beside its network. */
const fittedSchema = z.strictObject({
  channels: z.array(z.string().min(1)).min(1),
  frequency: z.string(),
  /** Of each channel, of the training data. */
  scale: z.array(z.number().positive()),
  /** Of what is observed on clean data: mean `[F]` and factor of the covariance `[F, F]`. */
  spread: z.strictObject({ mean: z.array(z.number()), factor: z.array(z.number()) }),
  threshold: z.number(),
})

export type Fitted = z.output<typeof fittedSchema>

const detectTask = 'detect'
const schema = z.strictObject({
  config: detectorConfigSchema,
  fitted: fittedSchema,
  /** Checksum of the network that all this was measured with. */
  network: z.string(),
})

export interface SavedDetector {
  config: ParsedDetectorConfig
  fitted: Fitted
}

const measuredWith = {
  expected: 'the network that the threshold was measured with',
  hint: 'A later training into this folder was not finished: go on with resume, or train anew.',
}

/** Where the network of a detector lies. */
export function networkFolder(folder: string): string {
  return join(folder, 'network')
}

/** Saves all but the network, which is there already. */
export async function saveMeasures(folder: string, { config, fitted }: SavedDetector): Promise<void> {
  const network = await modelChecksum(networkFolder(folder))
  await saveModelFolder(folder, { task: detectTask, config: { config, fitted, network }, weights: {} })
}

/** @throws CheckpointError when there is no detector, a damaged one, or one with another network. */
export async function loadDetector(
  folder: string,
  engine: EngineOptions,
): Promise<SavedDetector & { model: ResidualModel }> {
  const { config: saved } = await loadModelFolder(folder, { task: detectTask, schema })
  requireConsistent(saved, folder)
  const { config, fitted, network } = saved
  const place = networkFolder(folder)
  const model = await loadResidualModel(place, config, engine)
  try {
    requireFitting(model, saved, place)
    await requireModelChecksum(place, network, measuredWith)
  } catch (error) {
    await model.dispose()
    throw error
  }
  return { config, fitted, model }
}

/** F, numbers that are observed of each step: residuals, and how lively each channel is. */
export function observedWidth({ activitySpan }: ParsedDetectorConfig, channels: readonly string[]): number {
  return activitySpan > 0 ? 2 * channels.length : channels.length
}

/** @throws CheckpointError when what was measured is not of as many channels as there are. */
function requireConsistent({ config, fitted }: SavedDetector, folder: string): void {
  const { channels, scale, spread } = fitted
  const width = observedWidth(config, channels)
  const F = spread.mean.length
  if (F === width && spread.factor.length === F * F && scale.length === channels.length) return
  throw new CheckpointError({
    argument: `${folder}: spread`,
    expected: `mean and covariance of ${width} numbers, and scales of ${channels.length} channels`,
    received: `${F} and ${spread.factor.length} numbers, ${scale.length} scales`,
    hint: 'The files of the folder belong to different models.',
  })
}

/** @throws CheckpointError when the network is of other channels, or of more or fewer rows than the settings say. */
function requireFitting(model: ResidualModel, { config, fitted }: SavedDetector, place: string): void {
  const described = ({ channels, rows }: { channels: readonly string[]; rows: number }) =>
    `a network of ${rows} rows of ${channels.map((name) => JSON.stringify(name)).join(', ')}`
  const expected = described({ channels: fitted.channels, rows: rowsNeeded(config.method) })
  const received = described({ channels: model.channels, rows: model.leastRows })
  if (received === expected) return
  throw new CheckpointError({
    argument: place,
    expected,
    received,
    hint: 'The files of the folder belong to different models.',
  })
}
