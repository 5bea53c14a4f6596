/** Forecasters as model folders: settings and what was learnt of the series in `config.json`, weights beside it. */
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
import { forecastConfigSchema, type ParsedForecastConfig } from './config.js'
import { type Fitted, fittedSchema, networkSizes, requireConsistent } from './fitted.js'
import type { ForecastParts } from './forecast-graph.js'
import { createLikelihood } from './likelihoods/index.js'
import { createNetwork, networks, weightCount } from './networks/index.js'
import type { TrainedParts } from './predictor.js'

const forecastTask = 'forecast'
const folderSchema = z.strictObject({ config: forecastConfigSchema, fitted: fittedSchema })

export function describeFolder(
  { config, fitted }: Pick<TrainedParts, 'config' | 'fitted'>,
  card?: string,
): ModelDescription & Pick<ModelContents, 'card'> {
  return { task: forecastTask, config: { config, fitted }, ...(card === undefined ? {} : { card }) }
}

/** A network of these settings, with weights drawn by their seed. */
export function createParts(config: ParsedForecastConfig, fitted: Fitted): ForecastParts {
  const likelihood = createLikelihood(config.likelihood)
  const sizes = networkSizes(fitted, config, likelihood.size)
  const network = createNetwork(config.model, sizes, { rng: new Rng(config.seed), likelihood })
  return { network, likelihood, windowNorm: config.windowNorm }
}

/** @throws CheckpointError when there is no forecaster in the folder, or a damaged one. */
export async function loadTrained(folder: string): Promise<TrainedParts> {
  const loaded = await loadModelFolder(folder, { task: forecastTask, schema: folderSchema })
  const { config, fitted } = loaded.config
  requireConsistent(fitted, folder)
  const sizes = networkSizes(fitted, config, createLikelihood(config.likelihood).size)
  requireAffordable(weightCount(config.model, sizes), loaded.weights)
  const parts = createParts(config, fitted)
  parts.network.loadStateDict(loaded.weights)
  return { config, fitted, parts }
}

export function forecastCard({ config, fitted, parts }: TrainedParts, result: TrainResult): string {
  const { best } = result
  return modelCard({
    title: `Forecaster: ${networks[config.model.name].title}`,
    summary: `Forecasts ${config.horizon} steps (${fitted.frequency}) of ${fitted.roles.target.join(', ')} from the last ${config.lookback}. Load it with \`NeuralForecaster.load\`; \`config.json\` holds all settings.`,
    scores: best ? { [`Validation ${config.training.metric}, scaled`]: best.score.toFixed(4) } : {},
    facts: trainingFacts(parts.network, result),
    seed: config.seed,
  })
}
