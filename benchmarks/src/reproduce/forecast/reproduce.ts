/** A model for every horizon and seed, scored on all windows of the test part. */
import { join } from 'node:path'
import type { LogEntry } from '@attentive/core'
import { evaluate, NeuralForecaster, readSeries, splitSeries, type TimeSeries } from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import { checksumsOf, requireData } from '../data.js'
import { describeEnvironment } from '../environment.js'
import { requireNoRuns, writeResults } from '../files.js'
import type { ReproduceOptions } from '../options.js'
import { scoreBeside } from './beside.js'
import { measureInterval } from './interval.js'
import { type ForecastMember, type ForecastReproduction, resultsByHorizon, summaryOf } from './result.js'

type Options = ReproduceOptions<ForecastRecipe>

/** @returns what to tell people; null when the run was interrupted. */
export async function reproduceForecast(options: Options): Promise<string | null> {
  const { name, recipe, data, results, threads } = options
  requireData(data, recipe)
  const members = recipe.horizons.flatMap((horizon) => recipe.seeds.map((seed) => ({ horizon, seed })))
  if (!options.resume) await requireNoRuns(members.map((which) => folderOf(options, which)))
  const series = await readSeries(join(data, recipe.file), recipe.read)
  const trained: ForecastMember[] = []
  const histories = new Map<string, readonly LogEntry[]>()
  for (const which of members) {
    const done = await trainMember(series, which, options)
    if (!done) return null
    trained.push(done.member)
    histories.set(`horizon ${which.horizon}, seed ${which.seed}`, done.history)
  }
  const beside = recipe.beside ? await scoreBeside(series, recipe, threads) : null
  const result: ForecastReproduction = {
    name,
    title: recipe.title,
    command: `npm run reproduce -- ${name}`,
    config: recipe.config,
    split: recipe.split,
    seeds: recipe.seeds,
    data: await checksumsOf(data, recipe),
    scores: resultsByHorizon(trained),
    ...(beside ? { beside } : {}),
    minutes: trained.reduce((sum, { minutes }) => sum + minutes, 0),
    training: trained,
    environment: describeEnvironment(threads),
  }
  const summary = summaryOf(result)
  await writeResults(results, result, { histories, summary })
  return summary
}

interface Which {
  horizon: number
  seed: number
}

const folderOf = ({ runs, recipe }: Options, { horizon, seed }: Which) =>
  join(runs, recipe.runs, `horizon-${horizon}-seed-${seed}`)

async function trainMember(series: TimeSeries, which: Which, options: Options) {
  const { recipe, threads, signal, onProgress } = options
  const parts = splitSeries(series, recipe.split, { overlap: recipe.config.lookback })
  const [train, validation, test] = parts as [TimeSeries, TimeSeries, TimeSeries]
  const forecaster = new NeuralForecaster({ ...recipe.config, ...which }, { threads })
  const { stoppedBy, seconds, steps, best, history } = await forecaster.fit(train, {
    validation,
    output: folderOf(options, which),
    resume: true,
    signal,
    onProgress,
  })
  if (stoppedBy === 'interrupt') return null
  const { stride = 1 } = recipe
  const scores = await evaluate(forecaster, test, { scale: forecaster.scale, stride })
  const interval = await measureInterval(forecaster, { series, validation, test }, recipe)
  const parameters = forecaster.parameterCount
  await forecaster.dispose()
  const { mse, mae } = scores.standardised as { mse: number; mae: number }
  const member: ForecastMember = {
    ...which,
    minutes: seconds / 60,
    steps,
    parameters,
    best,
    test: { windows: scores.windows, mse, mae, ...(interval ? { interval } : {}) },
  }
  return { member, history }
}
