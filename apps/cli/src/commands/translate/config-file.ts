/** Settings of a translator from a YAML or JSON file, with the flags laid over them. */
import { readFile } from 'node:fs/promises'
import { DataError, InvalidArgumentError } from '@attentive/core'
import { type ParsedTranslationConfig, parseTranslationConfig } from '@attentive/nlp'
import { parse, YAMLParseError } from 'yaml'
import { wrongTextSettings } from './text-settings.js'

interface SettingFlags {
  config?: string | undefined
  seed?: number | undefined
  epochs?: number | undefined
  batchSize?: number | undefined
  learningRate?: number | undefined
  averageBest?: number | undefined
}

/**
 * @throws DataError when the file cannot be read.
 * @throws InvalidArgumentError naming what is wrong in it, and where.
 */
export async function readSettings(flags: SettingFlags): Promise<ParsedTranslationConfig> {
  const settings = flags.config === undefined ? parseTranslationConfig({}) : await readConfig(flags.config)
  const { training } = settings
  const { learningRate = training.optimizer.learningRate } = flags
  return {
    ...settings,
    seed: flags.seed ?? settings.seed,
    training: {
      ...training,
      epochs: flags.epochs ?? training.epochs,
      batchSize: flags.batchSize ?? training.batchSize,
      ...(flags.averageBest === undefined ? {} : { averageBest: flags.averageBest }),
      optimizer: { ...training.optimizer, learningRate },
    },
  }
}

async function readConfig(file: string): Promise<ParsedTranslationConfig> {
  const settings = parseFile(file, await readText(file))
  try {
    const parsed = parseTranslationConfig(settings ?? {})
    requireTextSettings(parsed)
    return parsed
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    const { expected, received } = error
    throw new InvalidArgumentError({ argument: file, expected, received, cause: error })
  }
}

function requireTextSettings(settings: ParsedTranslationConfig): void {
  const wrong = wrongTextSettings(settings)
  if (wrong.length > 0)
    throw new InvalidArgumentError({ expected: 'valid settings', received: wrong.join('\n') })
}

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
