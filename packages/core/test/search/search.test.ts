import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CheckpointError, InvalidArgumentError } from '../../src/errors.js'
import {
  choice,
  integerBetween,
  logUniformBetween,
  search,
  type TryOut,
  uniformBetween,
  workerPool,
} from '../../src/search/index.js'

const space = {
  x: uniformBetween(-10, 10),
  model: { size: choice([1, 2]), name: 'a' },
  steps: integerBetween(1, 3),
}
const bowl: TryOut = async ({ x }) => ((x as number) - 3) ** 2

describe('search', () => {
  it('draws settings within their space, the same for one seed and number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), async (seed) => {
        const seen: object[] = []
        const rates = { ...space, rate: logUniformBetween(1e-4, 1e-1) }
        const tryOut: TryOut = async (settings) => {
          seen.push(settings)
          const { x, rate, model, steps } = settings as {
            x: number
            rate: number
            model: object
            steps: number
          }
          expect(x >= -10 && x < 10 && rate >= 1e-4 && rate <= 1e-1).toBe(true)
          expect(Number.isInteger(steps) && steps >= 1 && steps <= 3).toBe(true)
          expect(model).toMatchObject({ name: 'a' })
          return 0
        }
        await search({ space: rates, trials: 5, tryOut, seed })
        const { trials } = await search({ space: rates, trials: 5, workers: 3, tryOut, seed })
        expect(trials.map(({ settings }) => settings)).toEqual(seen.slice(0, 5))
      }),
      { numRuns: 20 },
    )
  })

  it('draws rates by their logarithm', async () => {
    const rates: number[] = []
    const tryOut: TryOut = async ({ rate }) => rates.push(rate as number)
    await search({ space: { rate: logUniformBetween(1e-4, 1) }, trials: 600, tryOut, stopEarly: false })
    const below = rates.filter((rate) => rate < 1e-2).length / rates.length
    expect(below).toBeGreaterThan(0.43)
    expect(below).toBeLessThan(0.57)
  })

  it('finds the best of its trials, least or largest', async () => {
    const least = await search({ space, trials: 60, tryOut: bowl })
    expect(Math.abs((least.best?.settings.x as number) - 3)).toBeLessThan(1)
    expect(least.best?.score).toBe(Math.min(...least.trials.map(({ score }) => score as number)))
    const largest = await search({ space, trials: 60, tryOut: bowl, mode: 'max' })
    expect(largest.best?.score).toBe(Math.max(...largest.trials.map(({ score }) => score as number)))
  })

  it('stops trials that fall behind, and not the best', async () => {
    const steps: number[] = []
    const tryOut: TryOut = async (settings, { trial, report, signal }) => {
      const score = await bowl(settings, {} as never)
      for (steps[trial] = 0; (steps[trial] as number) < 10 && !signal.aborted; (steps[trial] as number)++)
        report(score)
      return score
    }
    const { trials, best } = await search({ space, trials: 30, tryOut })
    const stopped = trials.filter((trial) => trial.stopped)
    expect(stopped.length).toBeGreaterThan(5)
    expect(stopped.every(({ trial }) => (steps[trial] as number) < 10)).toBe(true)
    expect(best?.stopped).toBe(false)
    expect((await search({ space, trials: 30, tryOut, stopEarly: false })).best).toMatchObject({
      trial: best?.trial,
    })
  })

  it('goes on where it stopped, to the same trials', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attentive-search-'))
    const output = join(folder, 'run')
    const controller = new AbortController()
    const options = { space, trials: 12, tryOut: bowl, output }
    const onTrial = (_: unknown, done: number) => done === 5 && controller.abort()
    expect((await search({ ...options, signal: controller.signal, onTrial })).trials).toHaveLength(5)
    await expect(search(options)).rejects.toThrow(InvalidArgumentError)
    const parted = await search({ ...options, resume: true })
    const whole = await search({ space, trials: 12, tryOut: bowl })
    const plain = ({ trials }: typeof whole) => trials.map(({ seconds: _, ...trial }) => trial)
    expect(plain(parted)).toEqual(plain(whole))
    await expect(search({ ...options, seed: 2, resume: true })).rejects.toThrow(/another/)
    await expect(search({ ...options, space: { x: uniformBetween(0, 1) }, resume: true })).rejects.toThrow(
      /another/,
    )
    const file = join(output, 'trials.json')
    const text = await readFile(file, 'utf8')
    for (const broken of [text.slice(0, -20), text.replace('"trial": 0', '"trial": -1'), '[]']) {
      await writeFile(file, broken)
      await expect(search({ ...options, resume: true })).rejects.toThrow(CheckpointError)
    }
    await rm(folder, { recursive: true })
  })

  it('goes on when a trial fails, and says so', async () => {
    const tryOut: TryOut = async ({ x }) => {
      if ((x as number) > 0) throw new Error('too warm')
      return (x as number) < -5 ? Number.NaN : 1
    }
    const { trials, best } = await search({ space, trials: 20, tryOut })
    expect(new Set(trials.map(({ error }) => error))).toEqual(new Set(['too warm', 'score NaN', null]))
    expect(best?.error).toBeNull()
    const failing: TryOut = () => Promise.reject(new Error('never'))
    expect((await search({ space, trials: 3, tryOut: failing })).best).toBeNull()
  })

  it('refuses what makes no sense', async () => {
    expect(() => choice([])).toThrow(InvalidArgumentError)
    expect(() => uniformBetween(2, 1)).toThrow(InvalidArgumentError)
    expect(() => logUniformBetween(0, 1)).toThrow(InvalidArgumentError)
    expect(() => integerBetween(0.5, 1)).toThrow(InvalidArgumentError)
    await expect(search({ space, trials: 0, tryOut: bowl })).rejects.toThrow(/trials/)
  })
})

describe('worker processes', () => {
  const pool = () =>
    workerPool({
      module: new URL('./worker.ts', import.meta.url),
      data: { offset: 3 },
      execArgv: ['--import', 'tsx'],
    })

  it('try settings out side by side, with what they were given', async () => {
    const workers = pool()
    const found = await search({ space, trials: 8, workers: 2, tryOut: workers.tryOut, stopEarly: false })
    workers.close()
    const alone = await search({ space, trials: 8, tryOut: bowl })
    expect(found.trials.map(({ score }) => score)).toEqual(alone.trials.map(({ score }) => score))
  })

  it('may fail or die, and others take their place', async () => {
    const workers = pool()
    const moods = { x: uniformBetween(0, 1), mood: choice(['dies', 'fails', 'good']) }
    const { trials, best } = await search({
      space: moods,
      trials: 9,
      workers: 2,
      tryOut: workers.tryOut,
      seed: 3,
    })
    workers.close()
    const errorsOf = (mood: string) =>
      trials.filter(({ settings }) => settings.mood === mood).map(({ error }) => error)
    expect(errorsOf('dies').every((error) => error?.includes('ended with 7'))).toBe(true)
    expect(errorsOf('fails').every((error) => error?.includes('no mood'))).toBe(true)
    expect(errorsOf('good').every((error) => error === null)).toBe(true)
    expect(best?.settings.mood).toBe('good')
  })
})
