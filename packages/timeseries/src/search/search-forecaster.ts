/** Settings of a forecaster that suit a series: searched for, with trials in processes of their own. */
import { join } from 'node:path'
import {
  type SearchOptions,
  type SearchResult,
  type Settings,
  type Space,
  search,
  workerPool,
  writeFileAtomically,
} from '@attentive/core'
import { type ForecastConfig, type ParsedForecastConfig, parseForecastConfig } from '../forecasting/config.js'
import { listOf } from '../series/lists.js'
import type { TimeSeries } from '../series/time-series.js'
import type { EngineOptions } from '../training/run-options.js'
import { type PlainSeries, plainSeries } from './plain-series.js'
import { settingsOver, tryForecaster } from './try-forecaster.js'

export interface SearchForecasterOptions
  extends Pick<SearchOptions, 'trials' | 'seed' | 'stopEarly' | 'resume' | 'signal' | 'onTrial'> {
  train: TimeSeries | readonly TimeSeries[]
  /** Decides which settings are the best; begins with the look-back of its first window. */
  validation: TimeSeries | readonly TimeSeries[]
  /** What is not searched for. */
  config: ForecastConfig
  /** Laid over `config`: `{ model: { hiddenSize: choice([64, 128]) } }`. */
  space: Space
  /** Processes, one trial each. Default 1: in this process. */
  workers?: number
  /** Folder for `trials.json` and, in the end, `best.json`: the settings of the best trial. */
  output?: string
}

export interface ForecasterSearch extends SearchResult {
  /** For `new NeuralForecaster`; null when no trial had a score. */
  config: ParsedForecastConfig | null
}

export interface ForecasterTrials {
  train: PlainSeries[]
  validation: PlainSeries[]
  config: ForecastConfig
  engine: EngineOptions
}

/**
 * Random search over settings of a forecaster, scored by the best validation of each trial (`training.metric`); trials
 * that fall behind the median of the others after an epoch are stopped.
 *
 * @example
 * const { config } = await searchForecaster({
 *   train, validation, trials: 30, workers: 2, output: 'runs/search',
 *   config: { model: { name: 'segrnn' }, lookback: 96, horizon: 24 },
 *   space: {
 *     model: { hiddenSize: choice([64, 128, 256]), dropout: uniformBetween(0, 0.6) },
 *     training: { optimizer: { type: 'adam', learningRate: logUniformBetween(1e-4, 1e-2) } },
 *   },
 * })
 * @throws InvalidArgumentError when the settings that are not searched for make no sense, or as `search` does.
 */
export async function searchForecaster(
  options: SearchForecasterOptions,
  engine: EngineOptions = {},
): Promise<ForecasterSearch> {
  const { config, space, workers = 1, output } = options
  parseForecastConfig(config)
  const data: ForecasterTrials = {
    train: listOf(options.train).map(plainSeries),
    validation: listOf(options.validation).map(plainSeries),
    config,
    engine: workers > 1 ? { threads: 1, ...engine } : engine,
  }
  const pool = workers > 1 ? workerPool({ ...workerModule(), data }) : null
  const tryOut: SearchOptions['tryOut'] =
    pool?.tryOut ?? ((settings: Settings, context) => tryForecaster(settings, { ...context, data }))
  try {
    const result = await search({ ...options, space, workers, tryOut, mode: 'min' })
    const best = result.best && parseForecastConfig(settingsOver(config, result.best.settings))
    if (output !== undefined && best)
      await writeFileAtomically(join(output, 'best.json'), `${JSON.stringify(best, null, 2)}\n`)
    return { ...result, config: best }
  } finally {
    pool?.close()
  }
}

/** The built package has the worker beside it; sources have it here, and need a loader for TypeScript. */
function workerModule(): { module: URL; execArgv?: readonly string[] } {
  return import.meta.url.endsWith('.ts')
    ? { module: new URL('./forecaster-worker.ts', import.meta.url), execArgv: ['--import', 'tsx'] }
    : { module: new URL('./forecaster-worker.js', import.meta.url) }
}
