import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseTranslationConfig, Translator } from '@attentive/nlp'
import { baselineNames, NeuralForecaster } from '@attentive/timeseries'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { etth1 } from '../recipes/etth1.js'
import { recipes } from '../recipes/index.js'
import { m4Hourly } from '../recipes/m4.js'
import { enDe } from '../recipes/multi30k.js'
import type { ForecastRecipe, M4Recipe, Recipe, TranslationRecipe } from '../recipes/recipe.js'
import { reproduceForecast } from '../src/reproduce/forecast/reproduce.js'
import { reproduceM4 } from '../src/reproduce/m4/reproduce.js'
import { reproduceTranslation as reproduce } from '../src/reproduce/translation/reproduce.js'

const words = ['dog', 'cat', 'man', 'boy', 'runs', 'sits', 'eats', 'sings']
const german = ['hund', 'kater', 'mann', 'junge', 'rennt', 'sitzt', 'isst', 'singt']

/** Two words out of eight, with the German in the same order. */
function pairs(offset: number, every: number) {
  const all = words.flatMap((_, i) => words.map((_, j) => [i, j] as const))
  return all.filter((_, n) => n % every === offset)
}

/** Everything of the recipe but its size. */
const tiny: TranslationRecipe = {
  ...enDe,
  config: {
    ...enDe.config,
    text: { casing: 'lowercase', subword: { type: 'bpe', merges: 20 } },
    model: { embeddingSize: 16, hiddenSize: 16, dropout: { embedding: 0, encoder: 0, output: 0 } },
    training: {
      ...enDe.config.training,
      batchSize: 16,
      epochs: 2,
      optimizer: { type: 'adam', learningRate: 1e-2 },
    },
  },
  seeds: [1, 2],
}

describe('reproduce', () => {
  let folder: string
  const inFolder = (name: string) => join(folder, name)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reproduce-'))
    const parts = { train: pairs(0, 1), val: pairs(1, 8), test_2016_flickr: pairs(2, 8) }
    const lines = (chosen: ReturnType<typeof pairs>, of: string[]) =>
      chosen.map(([i, j]) => `The ${of[i]} ${of[j]}.\n`).join('')
    for (const [part, chosen] of Object.entries(parts)) {
      await writeFile(inFolder(`${part}.en`), lines(chosen, words))
      await writeFile(inFolder(`${part}.de`), lines(chosen, german))
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  const options = (runs = 'runs') => ({
    name: 'tiny',
    recipe: tiny,
    data: folder,
    runs: inFolder(runs),
    results: inFolder('results'),
  })

  it('trains each seed, scores the ensemble, and writes everything that is needed to check it', async () => {
    const result = await reproduce(options())
    const written = JSON.parse(await readFile(inFolder('results/tiny.json'), 'utf8'))
    expect(written).toEqual(JSON.parse(JSON.stringify(result)))
    expect(written).toMatchObject({ seeds: [1, 2], config: tiny.config, search: { beamSize: 5 } })
    expect(
      written.training.map((member: { seed: number; steps: number }) => [member.seed, member.steps]),
    ).toEqual([
      [1, 8],
      [2, 8],
    ])
    const testFile = await readFile(inFolder('test_2016_flickr.de'))
    expect(Object.keys(written.data)).toHaveLength(6)
    expect(written.data['test_2016_flickr.de']).toBe(createHash('sha256').update(testFile).digest('hex'))
    expect(written.scores.test.sentences).toBe(8)
    expect(written.scores.test.bleu.signature).toMatch(/^nrefs:1\|case:lc\|.*tok:13a/)
    expect(written.scores.validation.tokenizedBleu.score).toBeGreaterThanOrEqual(0)
    expect(written.environment.versions).toMatchObject({ node: process.versions.node })

    const log = (await readFile(inFolder('results/tiny.log'), 'utf8')).split('\n')
    expect(log[0]).toBe('pnpm reproduce tiny')
    for (const seed of [1, 2])
      expect(
        log.filter((line) => line.startsWith(`seed ${seed} · `) && line.includes('validation')),
      ).toHaveLength(2)
  })

  it('does not start again where there is a run, and does nothing twice when it resumes', async () => {
    await expect(reproduce(options())).rejects.toThrow(/seed-1: expected no earlier run, .* --resume/)
    const before = JSON.parse(await readFile(inFolder('results/tiny.json'), 'utf8'))
    const again = await reproduce({ ...options(), resume: true })
    expect(again?.scores.test.bleu).toEqual(before.scores.test.bleu)
    expect(again?.training.map(({ steps }) => steps)).toEqual([8, 8])
  })

  it('can be interrupted and gives the same models in the end', async () => {
    const controller = new AbortController()
    const onProgress = ({ step }: { step: number }) => {
      if (step === 5) controller.abort()
    }
    expect(await reproduce({ ...options('other'), signal: controller.signal, onProgress })).toBeNull()
    await reproduce({ ...options('other'), resume: true })
    for (const seed of tiny.seeds) {
      const weights = (runs: string) =>
        readFile(inFolder(`${runs}/${tiny.runs}/seed-${seed}/model.safetensors`))
      expect(await weights('other')).toEqual(await weights('runs'))
    }
  })

  it('gives a model away: 16-bit weights, and a card with data, terms, command and scores', async () => {
    const publish = inFolder('published')
    const single = { ...options(), recipe: { ...tiny, seeds: [1] }, resume: true, publish }
    const result = await reproduce(single)
    const card = await readFile(join(publish, 'README.md'), 'utf8')
    for (const text of [tiny.terms, tiny.modelLicence, 'pnpm reproduce tiny', '| Seed | 1 |'])
      expect(card).toContain(text)
    expect(card).toContain(`| ${result?.scores.test.bleu.score.toFixed(2)} |`)
    const bytes = async (model: string) => (await stat(join(model, 'model.safetensors'))).size
    expect(await bytes(publish)).toBeLessThan(0.6 * (await bytes(inFolder(`runs/${tiny.runs}/seed-1`))))
    const translator = await Translator.load(publish)
    const [best] = await translator.translate('The dog runs.')
    expect(best.finished).toBe(true)
    await translator.dispose()
    await expect(reproduce({ ...options(), resume: true, publish })).rejects.toThrow(/a recipe of one model/)
  })

  it('says which files it needs and where they come from', async () => {
    const empty = reproduce({ ...options(), data: inFolder('nowhere') })
    await expect(empty).rejects.toThrow(
      /nowhere: expected the files train\.en, .* received none of them.*multi30k/,
    )
    await rm(inFolder('val.de'))
    await expect(reproduce(options())).rejects.toThrow('received all but val.de')
  })
})

describe('recipes', () => {
  it.each(Object.entries(recipes))('%s has settings that make sense', (_, recipe) => {
    const { seeds } = recipe
    for (const seed of seeds) expect(() => requireSense(recipe, seed)).not.toThrow()
    expect(new Set(seeds).size).toBe(seeds.length)
  })
})

function requireSense(recipe: Recipe, seed: number): unknown {
  if (recipe.task === 'translation') return parseTranslationConfig({ ...recipe.config, seed })
  if (recipe.task === 'm4') return new NeuralForecaster({ ...recipe.config, seed })
  return recipe.horizons.map((horizon) => new NeuralForecaster({ ...recipe.config, horizon, seed }))
}

describe('reproducing forecasts', () => {
  it('scores every horizon and seed on the test part, and goes on where it stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reproduce-forecast-'))
    const rows = Array.from({ length: 300 }, (_, t) => `2024-01-01 ${t},${Math.sin(t / 4) + (t % 7) / 9}`)
    await writeFile(
      join(folder, 'waves.csv'),
      ['date,x', ...rows].join('\n').replaceAll(/2024-01-01 (\d+)/g, dateOf),
    )
    const options = {
      name: 'tiny',
      recipe: tinyForecasts,
      data: folder,
      runs: join(folder, 'runs'),
      results: join(folder, 'results'),
    }
    const summary = await reproduceForecast(options)
    expect(summary).toMatch(/horizon 4: MSE [\d.]+ ± [\d.]+ · MAE/)
    const read = async () => JSON.parse(await readFile(join(folder, 'results/tiny.json'), 'utf8'))
    const first = await read()
    expect(first.training.map(({ test }: { test: { windows: number } }) => test.windows)).toEqual([57, 57])
    expect(first.scores[0].mse.mean).toBeCloseTo(
      (first.training[0].test.mse + first.training[1].test.mse) / 2,
      12,
    )
    expect(new Set(first.beside.map(({ test }: { test: { windows: number } }) => test.windows))).toEqual(
      new Set([57]),
    )
    expect(first.beside.map(({ name }: { name: string }) => name)).toEqual(['linear', ...baselineNames])
    for (const { test } of first.training) expect(test.interval.measured).toBeGreaterThan(0.4)
    expect(summary).toMatch(/within the interval 0\.\d+ ± /)
    await expect(reproduceForecast(options)).rejects.toThrow(/expected no earlier run/)
    await reproduceForecast({ ...options, resume: true })
    expect((await read()).scores).toEqual(first.scores)

    const recipe: ForecastRecipe = { ...tinyForecasts, blend: { name: 'mean' }, beside: false }
    const told = await reproduceForecast({ ...options, recipe, resume: true })
    expect(told).toMatch(
      /networks alone: MSE .*\n {2}all 2 blended: MSE [\d.]+ · MAE [\d.]+ · mean weight 0\./,
    )
    const blended = await read()
    const [{ mse, alone, together }] = blended.scores
    expect(alone).toEqual({ mse: first.scores[0].mse, mae: first.scores[0].mae })
    expect(together.windows).toBe(57)
    for (const { test } of blended.training) expect(test.weight).toBeGreaterThan(0)
    expect(mse.mean).not.toBe(alone.mse.mean)
    await rm(folder, { recursive: true })
  }, 60_000)
})

const dateOf = (_: string, hours: string) =>
  new Date(Date.UTC(2024, 0, 1, Number(hours))).toISOString().slice(0, 16).replace('T', ' ')

/** Everything of the recipe but its size. */
const tinyForecasts: ForecastRecipe = {
  ...etth1,
  file: 'waves.csv',
  split: [180, 60, 60],
  horizons: [4],
  seeds: [1, 2],
  beside: true,
  intervals: { coverage: 0.8, stride: 1 },
  config: {
    ...etth1.config,
    model: { name: 'segrnn', hiddenSize: 8, segmentLength: 4 },
    lookback: 8,
    training: { batchSize: 32, epochs: 2 },
  },
}

it('reproduces a competition: OWA relative to Naive2, and the mean of the seeds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reproduce-m4-'))
  const wave = (phase: number, from: number, to: number) =>
    Array.from({ length: to - from }, (_, t) => 10 + Math.sin((t + from + phase) / 2)).join(',')
  const rows = (from: number, to: number) =>
    ['id', ...Array.from({ length: to - from }, (_, i) => `V${i}`)].join(',') +
    [1, 2, 3].map((id) => `\nH${id},${wave(id, from, to)}`).join('')
  await writeFile(join(folder, 'Hourly-train.csv'), rows(0, 120))
  await writeFile(join(folder, 'Hourly-test.csv'), rows(120, 124))
  const recipe: M4Recipe = {
    ...m4Hourly,
    seeds: [1, 2],
    config: {
      ...m4Hourly.config,
      model: { name: 'segrnn', hiddenSize: 8, segmentLength: 4 },
      lookback: 16,
      horizon: 4,
      training: { epochs: 3, optimizer: { type: 'adam', learningRate: 0.01 } },
    },
  }
  const results = join(folder, 'results')
  const summary = await reproduceM4({ name: 'm4', recipe, data: folder, runs: join(folder, 'runs'), results })
  expect(summary).toMatch(/OWA [\d.]+ ± [\d.]+\nmean of the seeds/)
  const { scores, ensemble, series, training } = JSON.parse(await readFile(join(results, 'm4.json'), 'utf8'))
  expect(series).toBe(3)
  const { smape, mase } = training[0].test
  expect(training[0].test.owa).toBeCloseTo((smape / 18.383 + mase / 2.395) / 2, 12)
  expect(scores.owa.mean).toBeCloseTo((training[0].test.owa + training[1].test.owa) / 2, 12)
  expect(ensemble.smape).toBeLessThanOrEqual(scores.smape.mean + 1e-9)
  await rm(folder, { recursive: true })
}, 60_000)
