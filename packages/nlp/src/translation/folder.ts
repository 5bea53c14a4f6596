/** Saving and loading: what a translator's model folder holds beside the weights. */
import {
  AttentiveError,
  CheckpointError,
  loadModelFolder,
  type ModelDescription,
  parseCheckedJson,
  Rng,
  type StateDict,
} from '@attentive/core'
import { z } from 'zod'
import { TextPipeline, type TextPipelinePair } from '../text/index.js'
import { modelConfigSchema, type ParsedModelConfig } from './config.js'
import { TranslationModel } from './model.js'
import { requireSavedSizes } from './saved-sizes.js'

const translationTask = 'translate'
const sourceName = 'source.json'
const targetName = 'target.json'

/** More than vocabularies of some million words take. */
const maxPipelineBytes = 2 ** 28

/** What `config.json` holds: all that rebuilds the network, and the record of its training. */
const folderConfigSchema = z.strictObject({ model: modelConfigSchema, training: z.unknown().optional() })

/** All of a translator but its weights. */
export interface TranslatorDescription {
  pipelines: TextPipelinePair
  modelConfig: ParsedModelConfig
  /** The record of its training, see `TrainingRecord`; absent for one that was not trained here. */
  training?: unknown
}

export interface TranslatorParts extends TranslatorDescription {
  model: TranslationModel
}

export function createModel(
  modelConfig: ParsedModelConfig,
  { source, target }: TextPipelinePair,
  rng: Rng,
): TranslationModel {
  return new TranslationModel({
    ...modelConfig,
    sourceVocabularySize: source.vocabulary.size,
    targetVocabularySize: target.vocabulary.size,
    rng,
  })
}

export function describeFolder(
  { modelConfig, pipelines, training }: TranslatorDescription,
  card?: string,
): ModelDescription {
  return {
    task: translationTask,
    config: { model: modelConfig, ...(training === undefined ? {} : { training }) },
    files: {
      [sourceName]: JSON.stringify(pipelines.source),
      [targetName]: JSON.stringify(pipelines.target),
    },
    ...(card === undefined ? {} : { card }),
  }
}

/** @throws CheckpointError when the folder holds no translator, or anything in it is not as it was saved. */
export async function loadFolder(folder: string): Promise<TranslatorParts> {
  const { weights, ...description } = await loadDescription(folder)
  const model = createModel(description.modelConfig, description.pipelines, new Rng(0))
  model.loadStateDict(weights)
  return { ...description, model }
}

/** The folder's contents, checked, before any network is made from them. */
export async function loadDescription(
  folder: string,
): Promise<TranslatorDescription & { weights: StateDict }> {
  const { config, weights, file } = await loadModelFolder(folder, {
    task: translationTask,
    schema: folderConfigSchema,
  })
  const pipeline = async (name: string) => parsePipeline(await file(name), `${folder}/${name}`)
  const pipelines = { source: await pipeline(sourceName), target: await pipeline(targetName) }
  requireSavedSizes(config.model, pipelines, weights)
  return {
    pipelines,
    modelConfig: config.model,
    weights,
    ...(config.training === undefined ? {} : { training: config.training }),
  }
}

function parsePipeline(bytes: Uint8Array, name: string): TextPipeline {
  try {
    return TextPipeline.fromJSON(parseCheckedJson(bytes, { name, maxBytes: maxPipelineBytes }))
  } catch (cause) {
    if (!(cause instanceof AttentiveError)) throw cause
    const { argument, expected, received, hint } = cause
    throw new CheckpointError({
      argument: argument?.startsWith(name) ? argument : `${name}: ${argument}`,
      expected,
      received,
      ...(hint ? { hint } : {}),
      cause,
    })
  }
}
