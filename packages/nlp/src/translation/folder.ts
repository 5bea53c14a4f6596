/** Saving and loading: what a translator's model folder holds beside the weights. */
import { CheckpointError, loadModelFolder, type ModelDescription, Rng } from '@attentive/core'
import { z } from 'zod'
import { TextPipeline, type TextPipelinePair } from '../text/index.js'
import { modelConfigSchema, type ParsedModelConfig } from './config.js'
import { TranslationModel } from './model.js'

export const translationTask = 'translate'
const sourceName = 'source.json'
const targetName = 'target.json'

/** What `config.json` holds: all that rebuilds the network, and the settings it was trained with. */
const folderConfigSchema = z.object({ model: modelConfigSchema, training: z.unknown().optional() })

/** A translator's parts, as saved and loaded. */
export interface TranslatorParts {
  pipelines: TextPipelinePair
  modelConfig: ParsedModelConfig
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

/** @param training the settings of the training run, kept for the record. */
export function describeFolder(
  { modelConfig, pipelines }: Omit<TranslatorParts, 'model'>,
  training?: unknown,
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
  const loaded = await loadModelFolder(folder, { task: translationTask, schema: folderConfigSchema })
  const pipeline = async (name: string) => TextPipeline.fromJSON(parseJson(name, await loaded.file(name)))
  const pipelines = { source: await pipeline(sourceName), target: await pipeline(targetName) }
  const modelConfig = loaded.config.model
  const model = createModel(modelConfig, pipelines, new Rng(0))
  model.loadStateDict(loaded.weights)
  return { pipelines, modelConfig, model }
}

function parseJson(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new CheckpointError({ argument: name, expected: 'JSON', received: 'something else', cause })
  }
}
