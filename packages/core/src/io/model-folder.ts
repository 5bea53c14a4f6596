/**
 * Model folder: `config.json` (what the model is, and size and checksum of every other file), `model.safetensors`
 * (its weights), further files that its task needs (vocabularies, scalers, the state of training), and `README.md`,
 * the model card. Saved as one; nothing that is loaded is trusted.
 */
import { z } from 'zod'
import type { NdArray } from '../engine/nd-array.js'
import { CheckpointError, InvalidArgumentError } from '../errors.js'
import type { StateDict } from '../layers/module.js'
import { commitFolder, type FolderReader, openFolder } from './folder-commit.js'
import {
  configName,
  encodeManifest,
  type FileRecord,
  fileNamesOf,
  isFileName,
  type Manifest,
  matches,
  parseManifest,
  recordOf,
} from './manifest.js'
import { decodeSafetensors, encodeSafetensors, type FloatFormat } from './safetensors.js'

const weightsName = 'model.safetensors'
const cardName = 'README.md'

/** A trained model as plain data. */
export interface ModelContents {
  /** What it does: `'translate'`, … A folder is only loaded by the task that saved it. */
  task: string
  /** Anything that JSON can hold; the task's schema checks it again on loading. */
  config: unknown
  weights: StateDict
  /** Further files by name: letters, digits, `.`, `_`, `-`. */
  files?: Record<string, string | Uint8Array>
  /** Text of `README.md`, see `modelCard`. */
  card?: string
}

export interface SaveModelOptions {
  /** How weights are stored. Default `'float32'`. */
  format?: FloatFormat
}

/**
 * Saves a model. Whatever happens, a crash included, the folder then holds the old model or the new one, whole.
 * Other files in the folder are left alone.
 * @throws StorageError when the folder cannot be written. @throws InvalidArgumentError when a file name is unusable.
 */
export async function saveModelFolder(
  folder: string,
  { task, config, weights, files = {}, card }: ModelContents,
  { format = 'float32' }: SaveModelOptions = {},
): Promise<void> {
  const bytes = new Map<string, Uint8Array>([[weightsName, encodeSafetensors(weights, { format })]])
  for (const [name, data] of Object.entries(files)) {
    requireFileName(name)
    bytes.set(name, typeof data === 'string' ? new TextEncoder().encode(data) : data)
  }
  const records = [...bytes].map(([name, data]): [string, FileRecord] => [name, recordOf(data)])
  const manifest = encodeManifest({ task, config, files: Object.fromEntries(records) })
  if (card !== undefined) bytes.set(cardName, new TextEncoder().encode(card))
  await commitFolder(folder, { manifest, files: bytes }, layout)
}

const layout = {
  manifestName: configName,
  filesOf: (manifest: Uint8Array) => [...fileNamesOf(manifest), cardName],
}

function requireFileName(name: string): void {
  if (!isFileName(name) || name === weightsName || name === cardName)
    throw new InvalidArgumentError({
      argument: 'files',
      expected: `names of letters, digits, ".", "_" and "-" other than ${configName}, ${weightsName}, ${cardName}`,
      received: JSON.stringify(name),
    })
}

/** A model as loaded and checked. */
export interface LoadedModel<Config> {
  task: string
  config: Config
  weights: StateDict
  /** Whether all weights were stored with 32 bits. */
  exact: boolean
  /** Names of the further files. */
  fileNames: string[]
  /** A further file. @throws CheckpointError when it is missing or not what was saved. */
  file(name: string): Promise<Uint8Array<ArrayBuffer>>
}

export interface LoadModelOptions<Config> {
  /** Refuse folders of other tasks. */
  task?: string
  /** Zod schema of the task's configuration. */
  schema: z.ZodType<Config>
}

/** Whether a model was ever saved in this folder; it may still be damaged. */
export async function isModelFolder(folder: string): Promise<boolean> {
  return (await openFolder(folder, configName)) !== null
}

/** Readers that meet a save in progress try again. */
const attempts = 3

/**
 * Loads a model.
 * @throws CheckpointError when the folder holds no model, one of another task or a newer version, or is damaged.
 */
export async function loadModelFolder<Config>(
  folder: string,
  options: LoadModelOptions<Config>,
): Promise<LoadedModel<Config>> {
  for (let attempt = 1; ; attempt++) {
    const { manifest, read } = await requireFolder(folder)
    try {
      return await loadOnce(parseManifest(manifest, folder), read, folder, options)
    } catch (error) {
      const now = attempt < attempts ? (await openFolder(folder, configName))?.manifest : undefined
      if (!now || Buffer.compare(now, manifest) === 0) throw error
    }
  }
}

async function requireFolder(folder: string) {
  const opened = await openFolder(folder, configName)
  if (opened) return opened
  throw new CheckpointError({
    argument: folder,
    expected: `a model folder with ${configName}`,
    received: 'none',
    hint: 'Check the path, or train a model first.',
  })
}

async function loadOnce<Config>(
  manifest: Manifest,
  read: FolderReader,
  folder: string,
  { task, schema }: LoadModelOptions<Config>,
): Promise<LoadedModel<Config>> {
  if (task !== undefined && manifest.task !== task)
    throw new CheckpointError({
      argument: `${folder}: task`,
      expected: `"${task}"`,
      received: `"${manifest.task}"`,
      hint: `Use it with the task it was trained for.`,
    })
  const config = schema.safeParse(manifest.config)
  if (!config.success)
    throw new CheckpointError({
      argument: `${folder}/${configName}`,
      expected: `a valid configuration for "${manifest.task}"`,
      received: z.prettifyError(config.error),
      cause: config.error,
    })
  const file = (name: string) => readChecked(manifest, read, folder, name)
  const { tensors, dtypes } = decodeSafetensors(await file(weightsName), `${folder}/${weightsName}`)
  return {
    task: manifest.task,
    config: config.data,
    weights: requireFloats(tensors, folder),
    exact: Object.values(dtypes).every((dtype) => dtype === 'F32'),
    fileNames: Object.keys(manifest.files).filter((name) => name !== weightsName),
    file,
  }
}

async function readChecked(
  manifest: Manifest,
  read: FolderReader,
  folder: string,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const record = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined
  const bytes = record ? await read(name, record.bytes) : null
  if (!record || !bytes)
    throw new CheckpointError({ argument: `${folder}/${name}`, expected: 'a file', received: 'none' })
  if (!matches(record, bytes))
    throw new CheckpointError({
      argument: `${folder}/${name}`,
      expected: `the ${record.bytes} bytes that were saved`,
      received: bytes.length === record.bytes ? 'others' : `${bytes.length} bytes`,
      hint: 'The file is damaged or was replaced: copy the folder again, or train again.',
    })
  return bytes
}

function requireFloats(tensors: Record<string, NdArray>, folder: string): StateDict {
  for (const [name, { dtype }] of Object.entries(tensors))
    if (dtype !== 'float32')
      throw new CheckpointError({
        argument: `${folder}/${weightsName}: tensor "${name}"`,
        expected: 'floats',
        received: dtype,
      })
  return tensors
}
