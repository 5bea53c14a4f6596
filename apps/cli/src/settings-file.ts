/** Settings from a YAML or JSON file. */
import { readFile } from 'node:fs/promises'
import { DataError, InvalidArgumentError } from '@attentive/core'
import { parse, YAMLParseError } from 'yaml'

/**
 * @param check turns what the file holds into settings, or throws an InvalidArgumentError.
 * @throws DataError when the file cannot be read.
 * @throws InvalidArgumentError naming the file, and what is wrong in it and where.
 */
export async function readSettingsFile<T>(file: string, check: (settings: unknown) => T): Promise<T> {
  const settings = parseFile(file, await readText(file))
  try {
    return check(settings ?? {})
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    const { expected, received } = error
    throw new InvalidArgumentError({ argument: file, expected, received, cause: error })
  }
}

/** Settings by name, before they are checked. */
export type Draft = Record<string, unknown> & {
  training?: Record<string, unknown> & { optimizer?: Record<string, unknown> }
}

/** @throws InvalidArgumentError when it is something else. */
export function requireObject<D extends Draft>(settings: unknown): D {
  if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) return settings as D
  throw new InvalidArgumentError({
    expected: 'settings by name',
    received: Array.isArray(settings) ? 'a list' : typeof settings,
  })
}

export interface TrainingSettingFlags {
  epochs?: number | undefined
  batchSize?: number | undefined
  learningRate?: number | undefined
}

/** Settings of a training, with flags laid over them. */
export function trainingDraft(
  { training = {} }: Draft,
  { epochs, batchSize, learningRate }: TrainingSettingFlags,
): object {
  return {
    ...training,
    ...defined({ epochs, batchSize }),
    ...(learningRate === undefined
      ? {}
      : { optimizer: { type: 'adam', ...training.optimizer, learningRate } }),
  }
}

/** A value for each name, without those that are undefined. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> }

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new DataError({
      argument: '--config',
      expected: 'a readable file',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

/** JSON is YAML, too. */
function parseFile(file: string, text: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause
    throw new InvalidArgumentError({
      argument: file,
      expected: 'settings in YAML or JSON',
      received: cause.message.trim(),
      cause,
    })
  }
}
