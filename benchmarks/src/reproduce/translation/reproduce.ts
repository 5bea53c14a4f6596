/** Trains and scores a recipe. */
import { join } from 'node:path'
import type { TrainResult } from '@attentive/core'
import { type TextPair, Translator, trainTranslator } from '@attentive/nlp'
import type { TranslationRecipe } from '../../../recipes/recipe.js'
import { checksumsOf, requireData } from '../data.js'
import { describeEnvironment } from '../environment.js'
import { requireNoRuns, writeResults } from '../files.js'
import type { ReproduceOptions } from '../options.js'
import { readCorpus } from './corpus.js'
import { publish } from './publish.js'
import { partScores, type Reproduction, summaryOf, type TrainedMember } from './result.js'

type Options = ReproduceOptions<TranslationRecipe>

/**
 * @returns what was written to the results folder; null when the run was interrupted.
 * @throws DataError when files are missing.
 * @throws InvalidArgumentError when there are runs that it was not told to resume.
 */
export async function reproduceTranslation(options: Options): Promise<Reproduction | null> {
  const { name, recipe, data, results, threads } = options
  requireData(data, recipe)
  if (!options.resume) await requireNoRuns(recipe.seeds.map((seed) => folderOf(options, seed)))
  const trained = await trainMembers(options)
  if (!trained) return null
  const members = [...trained].map(([seed, result]) => describeMember(seed, result))
  const result: Reproduction = {
    name,
    title: recipe.title,
    command: `pnpm reproduce ${name}`,
    config: recipe.config,
    search: recipe.search,
    seeds: recipe.seeds,
    data: await checksumsOf(data, recipe),
    scores: await score(options),
    minutes: members.reduce((sum, { minutes }) => sum + minutes, 0),
    training: members,
    environment: describeEnvironment(threads),
  }
  const histories = new Map([...trained].map(([seed, { history }]) => [`seed ${seed}`, history] as const))
  await writeResults(results, result, { histories, summary: summaryOf(result) })
  if (options.publish !== undefined) {
    const run = folderOf(options, recipe.seeds[0] as number)
    await publish({ recipe, result, run, folder: options.publish })
  }
  return result
}

const folderOf = ({ runs, recipe }: Options, seed: number) => join(runs, recipe.runs, `seed-${seed}`)

/** One after another; null when interrupted. */
async function trainMembers(options: Options): Promise<Map<number, TrainResult> | null> {
  const { recipe, data, threads, signal, onProgress } = options
  const train = await readCorpus(data, recipe.files.train)
  const validation = await readCorpus(data, recipe.files.validation)
  const results = new Map<number, TrainResult>()
  for (const seed of recipe.seeds) {
    const { result, model } = await trainTranslator({
      ...recipe.config,
      seed,
      train,
      validation,
      output: folderOf(options, seed),
      resume: true,
      threads,
      signal,
      onProgress,
    })
    model.dispose()
    if (result.stoppedBy === 'interrupt') return null
    results.set(seed, result)
  }
  return results
}

function describeMember(seed: number, { seconds, steps, best }: TrainResult): TrainedMember {
  return { seed, minutes: seconds / 60, steps, best }
}

async function score(options: Options): Promise<Reproduction['scores']> {
  const { recipe, data, threads } = options
  const members = await Promise.all(
    recipe.seeds.map((seed) => Translator.load(folderOf(options, seed), { threads })),
  )
  const translator = Translator.ensemble(members, { threads })
  const scoresOn = async (pairs: TextPair[]) => partScores(await translator.evaluate(pairs, recipe.search))
  const scores = {
    validation: await scoresOn(await readCorpus(data, recipe.files.validation)),
    test: await scoresOn(await readCorpus(data, recipe.files.test)),
  }
  await translator.dispose()
  return scores
}
