/** Settings of a translator from a YAML or JSON file, with the flags laid over them. */
import { InvalidArgumentError } from '@attentive/core'
import { type ParsedTranslationConfig, parseTranslationConfig } from '@attentive/nlp'
import { readSettingsFile } from '../../settings-file.js'
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

function readConfig(file: string): Promise<ParsedTranslationConfig> {
  return readSettingsFile(file, (settings) => {
    const parsed = parseTranslationConfig(settings)
    requireTextSettings(parsed)
    return parsed
  })
}

function requireTextSettings(settings: ParsedTranslationConfig): void {
  const wrong = wrongTextSettings(settings)
  if (wrong.length > 0)
    throw new InvalidArgumentError({ expected: 'valid settings', received: wrong.join('\n') })
}
