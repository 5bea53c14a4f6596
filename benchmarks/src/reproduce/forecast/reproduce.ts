/** A model for every horizon and seed, scored on all windows of the test part. */
import { join } from 'node:path'
import type { LogEntry } from '@attentive/core'
import { evaluate, NeuralForecaster, readSeries, type TimeSeries } from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import { checksumsOf, requireData } from '../data.js'
import { describeEnvironment } from '../environment.js'
import { requireNoRuns, writeResults } from '../files.js'
import type { ReproduceOptions } from '../options.js'
import { scoreBeside } from './beside.js'
import { learnBlend, measureBlend } from './blend.js'
import { measureInterval } from './interval.js'
import { type Parts, partsOf } from './parts.js'
import {
  type BlendScores,
  type ForecastMember,
  type ForecastReproduction,
  resultsByHorizon,
  summaryOf,
  type TestScores,
} from './result.js'

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
  const together = await blendSeeds(series, options)
  const beside = recipe.beside ? await scoreBeside(series, recipe, threads) : null
  const result: ForecastReproduction = {
    name,
    title: recipe.title,
    command: `npm run reproduce -- ${name}`,
    config: recipe.config,
    split: recipe.split,
    seeds: recipe.seeds,
    data: await checksumsOf(data, recipe),
    scores: resultsByHorizon(trained, together),
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
  const parts = partsOf(series, recipe)
  const forecaster = new NeuralForecaster({ ...recipe.config, ...which }, { threads })
  const { stoppedBy, seconds, steps, best, history } = await forecaster.fit(parts.train, {
    validation: parts.validation,
    output: folderOf(options, which),
    resume: true,
    signal,
    onProgress,
  })
  if (stoppedBy === 'interrupt') return null
  const test = await scoresOf(forecaster, parts, recipe)
  const parameters = forecaster.parameterCount
  await forecaster.dispose()
  const member: ForecastMember = {
    ...which,
    minutes: seconds / 60,
    steps,
    parameters,
    best,
    test,
  }
  return { member, history }
}

/** Of the network on the test part; where the recipe blends, of the blend, with the network's own beside them. */
async function scoresOf(
  network: NeuralForecaster,
  parts: Parts,
  recipe: ForecastRecipe,
): Promise<TestScores> {
  const { stride = 1, blend } = recipe
  const { scale } = network
  const { windows, standardised } = await evaluate(network, parts.test, { scale, stride })
  const alone = standardised as { mse: number; mae: number }
  const blended = blend ? await learnBlend([network], parts, blend) : null
  const interval = await measureInterval(blended ?? network, parts, recipe)
  return {
    ...(blended
      ? { ...(await measureBlend(blended, parts, { scale, stride })), alone }
      : { windows, ...alone }),
    ...(interval ? { interval } : {}),
  }
}

/** The blend of all seeds' networks, for each horizon; none where the recipe does not blend. */
async function blendSeeds(series: TimeSeries, options: Options): Promise<ReadonlyMap<number, BlendScores>> {
  const { recipe, threads } = options
  const { blend, stride = 1, seeds } = recipe
  const scores = new Map<number, BlendScores>()
  if (!blend) return scores
  const parts = partsOf(series, recipe)
  for (const horizon of recipe.horizons) {
    const networks: NeuralForecaster[] = []
    for (const seed of seeds)
      networks.push(await NeuralForecaster.load(folderOf(options, { horizon, seed }), { threads }))
    const { scale } = networks[0] as NeuralForecaster
    const blended = await learnBlend(networks, parts, blend)
    scores.set(horizon, await measureBlend(blended, parts, { scale, stride }))
    await blended.dispose()
  }
  return scores
}
