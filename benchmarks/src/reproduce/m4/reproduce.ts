/** A model for every seed over all series of a frequency of the M4 competition, scored by its sMAPE, MASE and OWA. */
import { join } from 'node:path'
import type { LogEntry } from '@attentive/core'
import { mase, NeuralForecaster, owa, readSeriesRows, smape, type TimeSeries } from '@attentive/timeseries'
import type { M4Recipe } from '../../../recipes/recipe.js'
import { checksumsOf, requireData } from '../data.js'
import { describeEnvironment, type Environment } from '../environment.js'
import { requireNoRuns, writeResults } from '../files.js'
import { type Spread, spread, spreadText } from '../forecast/result.js'
import type { ReproduceOptions } from '../options.js'

type Options = ReproduceOptions<M4Recipe>

interface M4Scores {
  smape: number
  mase: number
  owa: number
}

interface M4Member {
  seed: number
  minutes: number
  steps: number
  parameters: number
  best: { score: number; step: number } | null
  test: M4Scores
}

/** Contents of `results/NAME.json`. */
interface M4Reproduction {
  name: string
  title: string
  command: string
  config: M4Recipe['config']
  seeds: readonly number[]
  data: Record<string, string>
  series: number
  scores: Record<keyof M4Scores, Spread>
  /** The mean of all seeds' forecasts. */
  ensemble: M4Scores
  minutes: number
  training: M4Member[]
  environment: Environment
}

interface Competition {
  train: TimeSeries[]
  test: TimeSeries[]
}

/** @returns what to tell people; null when the run was interrupted. */
export async function reproduceM4(options: Options): Promise<string | null> {
  const { name, recipe, data, results, threads, resume } = options
  requireData(data, recipe)
  if (!resume) await requireNoRuns(recipe.seeds.map((seed) => folderOf(options, seed)))
  const competition = {
    train: await readSeriesRows(join(data, recipe.files.train)),
    test: await readSeriesRows(join(data, recipe.files.test)),
  }
  const members: (M4Member & { forecasts: Float64Array[] })[] = []
  const histories = new Map<string, readonly LogEntry[]>()
  for (const seed of recipe.seeds) {
    const done = await trainMember(competition, seed, options)
    if (!done) return null
    members.push(done.member)
    histories.set(`seed ${seed}`, done.history)
  }
  const result: M4Reproduction = {
    name,
    title: recipe.title,
    command: `npm run reproduce -- ${name}`,
    config: recipe.config,
    seeds: recipe.seeds,
    data: await checksumsOf(data, recipe),
    series: competition.train.length,
    scores: {
      smape: spread(members.map(({ test }) => test.smape)),
      mase: spread(members.map(({ test }) => test.mase)),
      owa: spread(members.map(({ test }) => test.owa)),
    },
    ensemble: scoresOf(competition, recipe, meanOf(members.map(({ forecasts }) => forecasts))),
    minutes: members.reduce((sum, { minutes }) => sum + minutes, 0),
    training: members.map(({ forecasts: _, ...member }) => member),
    environment: describeEnvironment(threads),
  }
  const summary = summaryOf(result)
  await writeResults(results, result, { histories, summary })
  return summary
}

const folderOf = ({ runs, recipe }: Options, seed: number) => join(runs, recipe.runs, `seed-${seed}`)

async function trainMember(competition: Competition, seed: number, options: Options) {
  const { recipe, threads, signal, onProgress } = options
  const { lookback, horizon } = recipe.config
  const forecaster = new NeuralForecaster({ ...recipe.config, seed }, { threads })
  const { stoppedBy, seconds, steps, best, history } = await forecaster.fit(
    competition.train.map((one) => one.slice(0, one.length - horizon)),
    {
      validation: competition.train.map((one) => one.slice(one.length - horizon - lookback)),
      output: folderOf(options, seed),
      resume: true,
      signal,
      onProgress,
    },
  )
  if (stoppedBy === 'interrupt') return null
  const forecasts = (await forecaster.predict(competition.train)).map(({ values }) => values)
  const parameters = forecaster.parameterCount
  await forecaster.dispose()
  const test = scoresOf(competition, recipe, forecasts)
  return { member: { seed, minutes: seconds / 60, steps, parameters, best, test, forecasts }, history }
}

function scoresOf(
  { train, test }: Competition,
  { period, naive2 }: M4Recipe,
  forecasts: readonly Float64Array[],
): M4Scores {
  const total = { smape: 0, mase: 0 }
  for (const [i, forecast] of forecasts.entries()) {
    const actual = (test[i] as TimeSeries).values
    const history = (train[i] as TimeSeries).values
    total.smape += smape(actual, forecast) / forecasts.length
    total.mase += mase(actual, forecast, { history, period }) / forecasts.length
  }
  return { ...total, owa: owa(total, naive2) }
}

/** Series by series. */
function meanOf(all: readonly (readonly Float64Array[])[]): Float64Array[] {
  const [first = []] = all
  return first.map((values, i) =>
    values.map((_, h) => all.reduce((sum, one) => sum + (one[i]?.[h] as number), 0) / all.length),
  )
}

function summaryOf({ title, scores, seeds, minutes, ensemble }: M4Reproduction): string {
  const { smape, mase, owa } = scores
  return [
    `${title}: ${seeds.length} seeds, ${minutes.toFixed(1)} minutes of training`,
    `test: sMAPE ${spreadText(smape)} · MASE ${spreadText(mase)} · OWA ${spreadText(owa)}`,
    `mean of the seeds' forecasts: sMAPE ${ensemble.smape.toFixed(4)} · MASE ${ensemble.mase.toFixed(4)} · OWA ${ensemble.owa.toFixed(4)}`,
  ].join('\n')
}
