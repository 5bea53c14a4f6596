/** One trial: a forecaster with these settings, and how well it validates. */
import type { Settings, WorkerTryOut } from '@attentive/core'
import type { ForecastConfig } from '../forecasting/config.js'
import { NeuralForecaster } from '../forecasting/neural-forecaster.js'
import { seriesOfPlain } from './plain-series.js'
import type { ForecasterTrials } from './search-forecaster.js'

type Context = Parameters<WorkerTryOut<ForecasterTrials>>[1]

export async function tryForecaster(settings: Settings, { report, signal, data }: Context): Promise<number> {
  const forecaster = new NeuralForecaster(settingsOver(data.config, settings), data.engine)
  const { metric } = forecaster.config.training
  try {
    const { best } = await forecaster.fit(data.train.map(seriesOfPlain), {
      validation: data.validation.map(seriesOfPlain),
      signal,
      onProgress: ({ phase, metrics }) => {
        if (phase === 'validated') report(metrics?.[metric] ?? Number.NaN)
      },
    })
    return best?.score ?? Number.NaN
  } finally {
    await forecaster.dispose()
  }
}

/** Settings laid over others, name by name. */
export function settingsOver(config: ForecastConfig, settings: Settings): ForecastConfig {
  return merged(config as unknown as Settings, settings) as unknown as ForecastConfig
}

function merged(below: Settings, above: Settings): Settings {
  const result: Settings = { ...below }
  for (const [name, value] of Object.entries(above))
    result[name] = isPlain(value) && isPlain(result[name]) ? merged(result[name], value) : value
  return result
}

function isPlain(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
