/** Models side by side over the same folds: simple methods, trained models, and networks trained on the rows before. */
import { InvalidArgumentError, isModelFolder, type ProgressDisplay } from '@attentive/core'
import {
  type Backtest,
  BaselineForecaster,
  type BaselineName,
  backtest,
  baselineNames,
  ConformalForecaster,
  type Forecaster,
  type NetworkName,
  NeuralForecaster,
  networkNames,
  type ParsedForecastConfig,
  seasonLength,
  type TimeSeries,
} from '@attentive/timeseries'
import type { EngineFlags } from '../../options.js'
import { loadForecaster } from './model.js'
import { trainingParts } from './parts.js'

export interface ContestOptions {
  /** Names of networks and simple methods, and folders of trained models. */
  models: readonly string[]
  series: readonly TimeSeries[]
  /** Of the networks that are trained, and of all: horizon, targets, covariates. */
  config: ParsedForecastConfig
  folds: number
  stride: number
  /** Fit anew before every fold. */
  retrain: boolean
  coverages: readonly number[]
  engine: EngineFlags
  display: ProgressDisplay
  signal: AbortSignal
}

export interface Contestant {
  isBaseline: boolean
  backtest: Backtest
}

/** Every model is beside these. */
const besides: readonly BaselineName[] = ['seasonal-naive', 'naive']

/** Results by name, in the order in which the models were named; null when it was interrupted. */
export async function contest(options: ContestOptions): Promise<Record<string, Contestant> | null> {
  const names = [...new Set([...options.models, ...besides])]
  for (const name of names) await requireModel(name)
  const results: Record<string, Contestant> = {}
  for (const name of names) {
    const isBaseline = isBaselineName(name)
    const result = await runOne(name, options)
    if (!result) return null
    results[name] = { isBaseline, backtest: result }
  }
  return results
}

async function runOne(name: string, options: ContestOptions): Promise<Backtest | null> {
  const { series, config, folds, stride, retrain, display } = options
  const forecaster = await createForecaster(name, options)
  try {
    const before = series.map((one) => one.slice(0, firstOrigin(one, options)))
    if (isNetworkName(name) && !(await learn(forecaster as NeuralForecaster, before, options))) return null
    return await backtest(forecaster, series, {
      horizon: config.horizon,
      stride,
      folds,
      retrain,
      train: before,
      period: seasonLength((series[0] as TimeSeries).index.frequency),
      coverages: coveragesOf(forecaster, options.coverages),
      onProgress: (done, all) => display.status(`${name} · ${done} of ${all} folds`),
    })
  } finally {
    await forecaster.dispose?.()
  }
}

/** The first row that is forecast. */
function firstOrigin({ length }: TimeSeries, { config, folds, stride }: ContestOptions): number {
  return Math.max(1, length - config.horizon - (folds - 1) * stride)
}

async function learn(
  forecaster: NeuralForecaster,
  before: readonly TimeSeries[],
  { config, display, signal }: ContestOptions,
): Promise<boolean> {
  const { train, validation } = trainingParts(before, undefined, config)
  const { stoppedBy } = await forecaster.fit(train, {
    ...(validation.length > 0 ? { validation } : {}),
    signal,
    onProgress: display.onProgress,
  })
  return stoppedBy !== 'interrupt'
}

async function createForecaster(
  name: string,
  { config, engine, series }: ContestOptions,
): Promise<Forecaster> {
  const { horizon } = config
  if (isBaselineName(name))
    return new BaselineForecaster({ name, horizon, target: targetsOf(series[0] as TimeSeries, config) })
  if (!isNetworkName(name)) return (await loadForecaster(name, engine)).forecaster
  const model = config.model.name === name ? config.model : { name }
  return new NeuralForecaster({ ...config, model }, engine)
}

function targetsOf({ channels }: TimeSeries, { target, past, future }: ParsedForecastConfig): string[] {
  return target ?? channels.filter((channel) => !past.includes(channel) && !future.includes(channel))
}

/** Those that the model can say something about. */
function coveragesOf(forecaster: Forecaster, wanted: readonly number[]): readonly number[] {
  if (!forecaster.hasQuantiles) return []
  const isBound =
    forecaster instanceof ConformalForecaster ||
    (forecaster instanceof NeuralForecaster && forecaster.config.likelihood.type === 'quantiles')
  return isBound ? wanted.filter((coverage) => forecaster.coverages.includes(coverage)) : wanted
}

const isBaselineName = (name: string): name is BaselineName => (baselineNames as string[]).includes(name)
const isNetworkName = (name: string): name is NetworkName => (networkNames as string[]).includes(name)

async function requireModel(name: string): Promise<void> {
  if (isBaselineName(name) || isNetworkName(name) || (await isModelFolder(name))) return
  throw new InvalidArgumentError({
    argument: '--models',
    expected: `simple methods (${baselineNames.join(', ')}), networks (${networkNames.join(', ')}) or folders of trained models`,
    received: JSON.stringify(name),
  })
}
