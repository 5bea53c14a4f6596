/** Settings of a forecaster: what flags say, over a configuration file, over what suits. */
import { InvalidArgumentError } from '@attentive/core'
import {
  type ForecastConfig,
  type NetworkName,
  type ParsedForecastConfig,
  parseForecastConfig,
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
  past?: string[] | undefined
  future?: string[] | undefined
  statics?: string[] | undefined
  lookback?: number | undefined
  horizon?: number | undefined
  model?: NetworkName | undefined
  quantiles?: number[] | undefined
  seed?: number | undefined
}

type ForecastDraft = Draft & { model?: { name?: string }; table?: TableSettings }

/**
 * @throws DataError when the file cannot be read.
 * @throws InvalidArgumentError naming what is wrong, or missing.
 */
export async function forecastSettings(flags: SettingFlags): Promise<ParsedForecastConfig> {
  if (flags.config === undefined) return parseForecastConfig(withFlags({}, flags))
  return readSettingsFile(flags.config, (settings) =>
    parseForecastConfig(withFlags(requireObject(settings), flags)),
  )
}

function withFlags(draft: ForecastDraft, flags: SettingFlags): ForecastConfig {
  const { past, future, statics, lookback, horizon, quantiles, seed, target } = flags
  const given = {
    past,
    future,
    statics,
    lookback,
    horizon,
    seed,
    likelihood: quantiles && { type: 'quantiles', levels: quantiles.toSorted((a, b) => a - b) },
    target: target?.join() === '*' ? undefined : target,
  }
  const settled = {
    ...draft,
    ...defined(given),
  } as ForecastDraft
  for (const name of ['lookback', 'horizon'])
    if (settled[name] === undefined)
      throw new InvalidArgumentError({
        argument: `--${name}`,
        expected: 'a number of steps, by the flag or in the configuration',
        received: 'none',
      })
  return {
    ...settled,
    model: modelOf(settled, flags),
    table: tableSettings(flags, settled.table),
    training: trainingDraft(settled, flags),
  } as unknown as ForecastConfig
}

/** Of the networks without a name given: the most exact one, or one that reads covariates where there are some. */
function modelOf(draft: ForecastDraft, { model }: SettingFlags): object {
  if (model !== undefined) return { ...(draft.model?.name === model ? draft.model : {}), name: model }
  if (draft.model !== undefined) return draft.model
  const covariates = ['past', 'future', 'statics'].some(
    (role) => Number((draft[role] as unknown[])?.length) > 0,
  )
  return { name: covariates ? 'lstm-attention' : 'segrnn' }
}
