/** `npm run demo` in small: too few dates for a good score, and everything else of a real one. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Translator } from '@attentive/nlp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main, showEnglish } from '../src/demo/demo.js'
import { parseOptions } from '../src/options.js'
import { dateCorpus } from '../src/translation/dates/data.js'
import { main as evaluate, reportScores } from '../src/translation/dates/evaluate.js'
import { main as draw } from '../src/translation/dates/picture.js'
import { main as train, trainDates } from '../src/translation/dates/train.js'
import { loadEnglishGerman, main as translate } from '../src/translation/english-german/translate.js'
import { phrasePairs } from '../src/translation/phrases/data.js'
import { expectPng, expectSvg } from './pictures.js'

let folder: string
let printed: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-demo-'))
  printed = []
  const keep = (...words: unknown[]) => void printed.push(words.join(' '))
  vi.spyOn(console, 'log').mockImplementation(keep)
  vi.spyOn(console, 'error').mockImplementation(keep)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

const little = ['--dates', '400', '--epochs', '1', '--no-chat']

async function expectPictures(out: string, stems: readonly string[]): Promise<void> {
  const names = await readdir(out)
  for (const stem of stems) {
    expect(names).toEqual(expect.arrayContaining([`${stem}.png`, `${stem}.svg`]))
    await expectPng(join(out, `${stem}.png`))
    await expectSvg(join(out, `${stem}.svg`))
  }
}

describe('the demo', () => {
  it('writes scores, pictures and translations of both models, and fails when it is not good enough', async () => {
    const [out, model] = [join(folder, 'out'), join(folder, 'model')]
    await saveEnglishGerman(model)
    expect(await main([...little, '--out', out, '--model', model, '--seed', '4'])).toBe(1)
    const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))
    expect(summary).toMatchObject({
      reached: false,
      goal: 98,
      exactMatch: expect.any(Number),
      perplexity: expect.any(Number),
      trainingDates: 376,
      validationDates: 8,
      testDates: 16,
      engine: expect.stringMatching(/^(onnxruntime|eager)$/),
      seed: 4,
    })
    const { seconds, cpuSeconds, trainingSeconds, examples, captions } = summary
    for (const time of [seconds, cpuSeconds, trainingSeconds]) expect(time).toBeGreaterThan(0)
    expect(seconds).toBeGreaterThanOrEqual(trainingSeconds)
    expect(examples.length).toBeGreaterThan(2)
    expect(captions).toHaveLength(5)
    const stems = (examples as unknown[]).map((_, i) => `attention-${i + 1}`)
    await expectPictures(out, [...stems, 'english-german'])
    expect(printed.join('\n')).toMatch(/Not good enough: more than 98 %/)
    for (const { source } of [...examples, ...captions]) expect(printed.join('\n')).toContain(source)
  })

  it('goes on without the English–German model', async () => {
    const nowhere = join(folder, 'nowhere')
    expect(await loadEnglishGerman(nowhere)).toBeNull()
    expect(await showEnglish(null, parseOptions([], { out: folder }))).toBeNull()
    expect(printed).toEqual(['\nThere is no English–German model here: that part is left out.'])
    expect(await translate(['--model', nowhere])).toBe(1)
    expect(printed[1]).toBe(`There is no model in ${nowhere}.`)
  })

  it.each([['--epochs', '0'], ['--dates', 'many'], ['--seed', '-1'], ['--typo']])(
    'refuses %s %s before anything else',
    async (...args) => {
      await expect(main(args.filter((arg) => arg !== undefined))).rejects.toThrow(args[0])
      expect(printed).toEqual([])
    },
  )
})

describe('the parts of the example of dates', () => {
  it('run one by one', async () => {
    const args = ['--dates', '100', '--epochs', '1', '--out', folder]
    expect(await train(args)).toBe(0)
    expect(await evaluate(args)).toBe(1)
    expect(await draw(args)).toBe(0)
    expect(printed[0]).toMatch(/^Saved in .* % of the dates for validation are right after 3 steps\.$/)
    await expectPictures(folder, ['attention-1'])
  })

  it('train until more than the goal is reached, or somebody interrupts', async () => {
    const spy = vi.spyOn(Translator, 'train').mockResolvedValue({} as Translator)
    const interrupt = new AbortController()
    const stopped = async (best: number | null) => {
      await trainDates(dateCorpus({ dates: 100, seed: 1 }), { epochs: 3, seed: 1, signal: interrupt.signal })
      const options = spy.mock.lastCall?.[0]
      options?.onProgress?.({ best } as never)
      return options?.signal?.aborted
    }
    expect(await stopped(null)).toBe(false)
    expect(await stopped(98.9)).toBe(false)
    expect(await stopped(99)).toBe(true)
    interrupt.abort()
    expect(await stopped(50)).toBe(true)
  })

  it('are content above 98 %, not at it', () => {
    const scores = { perplexity: 1, datesPerSecond: 100 }
    expect(reportScores({ exactMatch: 98, ...scores }, 1000)).toBe(false)
    expect(reportScores({ exactMatch: 98.1, ...scores }, 1000)).toBe(true)
  })
})

/** A model of the kind that lies in the repository, except that it has learnt nothing. */
async function saveEnglishGerman(model: string): Promise<void> {
  const translator = await Translator.train({
    train: phrasePairs('de').training.slice(0, 20),
    text: { subword: { type: 'bpe', merges: 20 }, casing: 'lowercase' },
    model: { embeddingSize: 4, hiddenSize: 4 },
    training: { epochs: 1 },
    engine: 'eager',
  })
  await translator.save(model, { format: 'float16' })
}
