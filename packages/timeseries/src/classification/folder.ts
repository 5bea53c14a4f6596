/** Classifiers as model folders: settings and what was learnt of the series in `config.json`, weights beside it. */
import {
  loadModelFolder,
  type ModelContents,
  type ModelDescription,
  modelCard,
  Rng,
  type TrainResult,
  trainingFacts,
} from '@attentive/core'
import { z } from 'zod'
import { requireAffordable } from '../training/affordable.js'
import { classifierConfigSchema, type ParsedClassifierConfig } from './config.js'
import { type Fitted, fittedSchema, networkSizes } from './fitted.js'
import type { ClassifierNetwork } from './network.js'
import { createNetwork, networks, weightCount } from './networks/index.js'

const classifyTask = 'classify-series'
const folderSchema = z.strictObject({ config: classifierConfigSchema, fitted: fittedSchema })

export interface TrainedClassifier {
  config: ParsedClassifierConfig
  fitted: Fitted
  network: ClassifierNetwork
}

export function describeFolder(
  { config, fitted }: Pick<TrainedClassifier, 'config' | 'fitted'>,
  card?: string,
): ModelDescription & Pick<ModelContents, 'card'> {
  return { task: classifyTask, config: { config, fitted }, ...(card === undefined ? {} : { card }) }
}

/** A network of these settings, with weights drawn by their seed. */
export function networkFor(config: ParsedClassifierConfig, fitted: Fitted): ClassifierNetwork {
  return createNetwork(config.model, { sizes: networkSizes(fitted), rng: new Rng(config.seed) })
}

/** @throws CheckpointError when there is no classifier in the folder, or a damaged one. */
export async function loadTrained(folder: string): Promise<TrainedClassifier> {
  const loaded = await loadModelFolder(folder, { task: classifyTask, schema: folderSchema })
  const { config, fitted } = loaded.config
  requireAffordable(weightCount(config.model, networkSizes(fitted)), loaded.weights)
  const network = networkFor(config, fitted)
  network.loadStateDict(loaded.weights)
  return { config, fitted, network }
}

export function classifierCard({ config, fitted, network }: TrainedClassifier, result: TrainResult): string {
  const { best } = result
  const { channels, classes } = fitted
  return modelCard({
    title: `Series classifier: ${networks[config.model.name].title}`,
    summary: `Tells by ${channels.join(', ')} which of ${classes.length} classes a series belongs to: ${classes.map(({ label }) => label).join(', ')}. Load it with \`SeriesClassifier.load\`; \`config.json\` holds all settings.`,
    scores: best ? { [`Validation ${config.training.metric}`]: best.score.toFixed(4) } : {},
    facts: {
      'Training series': classes.map(({ label, count }) => `${count} of ${label}`).join(', '),
      ...trainingFacts(network, result),
    },
    seed: config.seed,
  })
}
