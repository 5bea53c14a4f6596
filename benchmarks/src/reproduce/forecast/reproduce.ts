/** A model for every horizon and seed, scored on all windows of the test part. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError, isModelFolder, type LogEntry, writeFileAtomically } from '@attentive/core'
import { evaluate, NeuralForecaster, readSeries, splitSeries, type TimeSeries } from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'
import { checksumsOf, requireData } from '../data.js'
import { describeEnvironment } from '../environment.js'
import { logOf } from '../log.js'
import type { ReproduceOptions } from '../options.js'
import { type ForecastMember, type ForecastReproduction, resultsByHorizon, summaryOf } from './result.js'

type Options = ReproduceOptions<ForecastRecipe>

/** @returns what to tell people; null when the run was interrupted. */
export async function reproduceForecast(options: Options): Promise<string | null> {
  const { name, recipe, data, results, threads } = options
  requireData(data, recipe)
  if (!options.resume) await requireNoRuns(options)
  const series = await readSeries(join(data, recipe.file), recipe.read)
  const members: ForecastMember[] = []
  const histories = new Map<string, readonly LogEntry[]>()
  for (const horizon of recipe.horizons)
    for (const seed of recipe.seeds) {
      const done = await trainMember(series, { horizon, seed }, options)
      if (!done) return null
      members.push(done.member)
      histories.set(`horizon ${horizon}, seed ${seed}`, done.history)
    }
  const result: ForecastReproduction = {
    name,
    title: recipe.title,
    command: `npm run reproduce -- ${name}`,
    config: recipe.config,
    split: recipe.split,
    seeds: recipe.seeds,
    data: await checksumsOf(data, recipe),
    scores: resultsByHorizon(members),
    minutes: members.reduce((sum, { minutes }) => sum + minutes, 0),
    training: members,
    environment: describeEnvironment(threads),
  }
  const summary = summaryOf(result)
  await writeFileAtomically(join(results, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
  await writeFileAtomically(join(results, `${name}.log`), logOf(result.command, histories, summary))
  return summary
}

interface Which {
  horizon: number
  seed: number
}

const folderOf = ({ runs, recipe }: Options, { horizon, seed }: Which) =>
  join(runs, recipe.runs, `horizon-${horizon}-seed-${seed}`)

async function requireNoRuns(options: Options): Promise<void> {
  const { horizons, seeds } = options.recipe
  for (const folder of horizons.flatMap((horizon) =>
    seeds.map((seed) => folderOf(options, { horizon, seed })),
  ))
    if (existsSync(folder) && (await isModelFolder(join(folder, 'last'))))
      throw new InvalidArgumentError({
        argument: folder,
        expected: 'no earlier run',
        received: 'one',
        hint: 'Go on with it by --resume, or remove the folder.',
      })
}

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
  const scores = await evaluate(forecaster, test, { scale: forecaster.scale })
  const parameters = forecaster.parameterCount
  await forecaster.dispose()
  const { mse, mae } = scores.standardised as { mse: number; mae: number }
  const member: ForecastMember = {
    ...which,
    minutes: seconds / 60,
    steps,
    parameters,
    best,
    test: { windows: scores.windows, mse, mae },
  }
  return { member, history }
}
