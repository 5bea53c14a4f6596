/**
 * Checkpoint: a model folder with the state of its training: `training.json` (position, schedule, scores, random
 * generators) and `optimizer.safetensors` (moments, running averages). It is replaced as one, so that a crash leaves
 * the old checkpoint or the new one, and it loads as a model, too.
 */
import { z } from 'zod'
import type { NdArray } from '../engine/nd-array.js'
import { CheckpointError } from '../errors.js'
import { type LoadedModel, loadModelFolder, type ModelContents, saveModelFolder } from '../io/model-folder.js'
import { decodeSafetensors, encodeSafetensors } from '../io/safetensors.js'
import type { StateDict } from '../layers/module.js'
import { parseTrainingState, type TrainingState } from './training-state.js'

const stateName = 'training.json'
const tensorsName = 'optimizer.safetensors'

/** Everything that a model folder holds but the weights: what a task knows about its model. */
export type ModelDescription = Omit<ModelContents, 'weights'>

export interface Checkpoint {
  /** Settings of the model, as they were saved. */
  config: unknown
  weights: StateDict
  state: TrainingState
  /** Moments of the optimiser and running averages. */
  tensors: Record<string, NdArray>
}

/**
 * Saves a checkpoint, in full precision.
 * @throws StorageError when it cannot be written; the former checkpoint is still whole then.
 */
export async function saveCheckpoint(
  folder: string,
  description: ModelDescription,
  { weights, state, tensors }: Omit<Checkpoint, 'config'>,
): Promise<void> {
  const files = {
    ...description.files,
    [stateName]: `${JSON.stringify(state, null, 2)}\n`,
    [tensorsName]: encodeSafetensors(tensors),
  }
  await saveModelFolder(folder, { ...description, weights, files })
}

/** @throws CheckpointError when there is none, or anything about it is not as it was saved. */
export async function loadCheckpoint(folder: string): Promise<Checkpoint> {
  const loaded = await loadModelFolder(folder, { schema: z.unknown() })
  requireCheckpoint(folder, loaded)
  return {
    config: loaded.config,
    weights: loaded.weights,
    state: parseTrainingState(await loaded.file(stateName), `${folder}/${stateName}`),
    tensors: decodeSafetensors(await loaded.file(tensorsName), `${folder}/${tensorsName}`).tensors,
  }
}

function requireCheckpoint(folder: string, { fileNames, exact }: LoadedModel<unknown>): void {
  const complete = [stateName, tensorsName].every((name) => fileNames.includes(name))
  if (complete && exact) return
  throw new CheckpointError({
    argument: folder,
    expected: 'a checkpoint with the state of its training',
    received: complete ? 'one with 16-bit weights' : 'a model without it',
    hint: 'Training can only be resumed from the folder that the trainer wrote.',
  })
}
