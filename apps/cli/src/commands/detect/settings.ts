/** Settings of a detector: what flags say, over a configuration file. */
import {
  type DetectorConfig,
  type ParsedDetectorConfig,
  parseDetectorConfig,
  type TableSettings,
} from '@attentive/timeseries'
import {
  type Draft,
  defined,
  readSettingsFile,
  requireObject,
  type TrainingSettingFlags,
  trainingDraft,
} from '../../settings-file.js'
import { type TableFlags, tableSettings } from '../../table-options.js'

export interface SettingFlags extends TableFlags, TrainingSettingFlags {
  config?: string | undefined
  /** `['*']`: all. */
  target?: string[] | undefined
  method?: 'autoencoder' | 'forecast' | undefined
  window?: number | undefined
  risk?: number | undefined
  seed?: number | undefined
}

type DetectorDraft = Draft & { method?: { name?: string }; table?: TableSettings }

/**
 * @throws DataError when the file cannot be read.
 * @throws InvalidArgumentError naming what is wrong.
 */
export async function detectorSettings(flags: SettingFlags): Promise<ParsedDetectorConfig> {
  if (flags.config === undefined) return parseDetectorConfig(withFlags({}, flags))
  return readSettingsFile(flags.config, (settings) =>
    parseDetectorConfig(withFlags(requireObject<DetectorDraft>(settings), flags)),
  )
}

function withFlags(draft: DetectorDraft, flags: SettingFlags): DetectorConfig {
  const { target, risk, seed } = flags
  return {
    ...draft,
    ...defined({
      target: target?.join() === '*' ? undefined : target,
      threshold: risk === undefined ? undefined : { type: 'tail', risk },
      seed,
    }),
    method: methodOf(draft, flags),
    table: tableSettings(flags, draft.table),
    training: trainingDraft(draft, flags),
  } as DetectorConfig
}

/** The window is what the autoencoder retells, and what a forecast looks back on. */
function methodOf({ method }: DetectorDraft, flags: SettingFlags): object {
  const name = flags.method ?? method?.name ?? 'autoencoder'
  const settled = method?.name === name ? method : { name }
  if (flags.window === undefined) return settled
  return { ...settled, [name === 'autoencoder' ? 'window' : 'lookback']: flags.window }
}
