/** Input of every kind: a sensible answer, or a typed error that says what is wrong, before anything is lost. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DataError, InvalidArgumentError, NumericalError, StorageError } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { type ParallelTextOptions, parallelText, type TextPair, Translator } from '../../src/index.js'
import { readTranslator, writeTranslator } from './folder-surgery.js'
import { temporaryFolder, tinyOptions, tinyValidation, weightsOf } from './tiny-training.js'

const endless = 'word '.repeat(20_000)
const { training } = tinyOptions

/** Trains on two files with this content. */
async function trainOnFiles(
  source: string | Uint8Array,
  target: string | Uint8Array,
  options: ParallelTextOptions = {},
): Promise<Translator> {
  const folder = await temporaryFolder()
  const [a, b] = [join(folder, 'a.txt'), join(folder, 'b.txt')]
  await writeFile(a, source)
  await writeFile(b, target)
  return Translator.train({ ...tinyOptions, train: parallelText(a, b, options) })
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i % 7}`).join('\n')

describe('a corpus', () => {
  it.each([
    ['empty', '', '', /b\.txt: expected at least one pair of texts, received an empty file/],
    ['empty lines', '\n\n', '\n\n', /a\.txt, line 1: .* received an empty line/],
    ['more lines on one side', lines(9), lines(7), /same number of lines, received 9 and 7 lines/],
    ['an empty side', lines(3), '', /same number of lines, received 3 and 0 lines/],
    ['binary', Uint8Array.of(1, 2, 0, 3), lines(1), /a\.txt, line 1: .* looks binary/],
    [
      'invalid UTF-8',
      lines(2),
      Buffer.from(`fine\n\xff\xfe`, 'latin1'),
      /b\.txt, line 2: .* not valid UTF-8/,
    ],
    ['damaged gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 7), lines(1), /a\.txt: expected a readable file/],
    ['an endless line', `fine\n${endless}`, 'gut\nWort', /a\.txt, line 2: .* longer than 20000 characters/],
  ])('that is %s is refused by file and reason', async (_, source, target, message) => {
    const refused = trainOnFiles(source, target)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toThrow(DataError)
  })

  it('that is missing is refused', async () => {
    const train = parallelText('/nowhere/a.txt', '/nowhere/b.txt')
    await expect(Translator.train({ ...tinyOptions, train })).rejects.toThrow(DataError)
    for (const empty of [[], [{ source: ' ', target: '\t' }]])
      await expect(Translator.train({ ...tinyOptions, train: empty })).rejects.toThrow(DataError)
  })

  it('trains without its bad lines, if asked', async () => {
    const source = Buffer.from(`a\n\nb\nc\xff\nd\n${endless}\n`, 'latin1')
    const train = await trainOnFiles(source, gzipSync('x\ny\nz\nu\nv\nw\n'), { onBadLine: 'skip' })
    expect(train.pipelines.source.vocabulary.tokens.slice(4)).toEqual(['a', 'b', 'd'])
    expect(train.pipelines.target.vocabulary.tokens.slice(4)).toEqual(['v', 'x', 'z'])
  })

  it('trains without what is too long, and says so when nothing is left', async () => {
    const long = { source: endless, target: 'Wort' }
    const translator = await Translator.train({ ...tinyOptions, train: [...tinyOptions.train, long] })
    expect(translator.trainResult?.steps).toBe(6)
    await expect(Translator.train({ ...tinyOptions, train: [long] })).rejects.toThrow(
      /1 pairs, all of them too long. Raise maxLength/,
    )
  })

  it.each([
    ['moses', { tokenizer: { type: 'moses' }, subword: { type: 'bpe', merges: 10, minFrequency: 1 } }],
    ['segmenter', { tokenizer: { type: 'segmenter', language: 'ja' }, casing: 'truecase' }],
    ['character', { tokenizer: { type: 'character' } }],
  ] as const)('of one line is learnt by heart, whatever is written there (%s)', async (_, text) => {
    const pair: TextPair = { source: 'שָׁלוֹם עולם 👩‍👩‍👧 سلام!', target: '你好，世界 🎉🏳️‍🌈 مرحبا' }
    const translator = await Translator.train({
      ...tinyOptions,
      train: [pair],
      text,
      model: { embeddingSize: 8, hiddenSize: 16, dropout: { embedding: 0, encoder: 0, output: 0 } },
      training: {
        ...training,
        epochs: 40,
        labelSmoothing: 0,
        optimizer: { type: 'adam', learningRate: 0.05 },
      },
      engine: 'auto',
    })
    const [best] = await translator.translate(pair.source)
    const letters = (written: string) => written.replaceAll(/\s/g, '')
    expect(letters(best.text)).toBe(letters(pair.target))
    for (const odd of ['👩‍👩‍👧', '\u202Eعكس', '\uD800 alone', 'e\u0301'.repeat(500), '\u0000'])
      expect((await translator.translate(odd, { maxLength: 8 }))[0].text).toBeTypeOf('string')
  })
})

describe('an endless text', () => {
  it('is translated as far as it is sensible, and evaluated', async () => {
    const translator = await Translator.train({ ...tinyOptions, engine: 'auto' })
    const options = { maxLength: 4, beamSize: 1 }
    const [[cut], [short]] = [
      await translator.translate(endless, options),
      await translator.translate('one two', options),
    ]
    expect([cut.truncated, short.truncated]).toEqual([true, false])
    expect(cut.attention.columns).toHaveLength(1001)
    const corpus = [{ source: endless, target: `eins ${endless}` }, ...tinyValidation]
    const { perplexity } = await translator.evaluate(corpus, options)
    expect(perplexity).toBeGreaterThan(1)
  })
})

describe('the output folder', () => {
  const unread: Iterable<TextPair> = {
    [Symbol.iterator]() {
      throw new Error('the corpus was read before the folder was tried')
    },
  }

  it('is tried before training, not after it', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const output = join(folder, 'file', 'model')
    await expect(Translator.train({ ...tinyOptions, train: unread, output })).rejects.toThrow(StorageError)
  })

  it('is made where there is none, and keeps what else is in it', async () => {
    const output = join(await temporaryFolder(), 'deep', 'down')
    await mkdir(output, { recursive: true })
    await writeFile(join(output, 'notes.txt'), 'mine')
    const translator = await Translator.train({ ...tinyOptions, output: join(output, 'model') })
    const loaded = await Translator.load(join(output, 'model'))
    expect(weightsOf(loaded)).toEqual(weightsOf(translator))
    await expect(translator.save(join(output, 'notes.txt'))).rejects.toThrow(StorageError)
  })

  it('is needed to resume', async () => {
    await expect(Translator.train({ ...tinyOptions, resume: true })).rejects.toThrow(InvalidArgumentError)
  })
})

describe('a loss that becomes NaN', () => {
  const explosive = { ...training, optimizer: { type: 'adam', learningRate: 1e38 } } as const

  it.each([
    ['in training', {}, /training step 2, epoch 1, batch 2.*Learning rate 1e\+38/],
    ['in validation', { validateEvery: 1 }, /validation after training step 1/],
  ])('stops the run, naming the step (%s)', async (_, more, message) => {
    const run = Translator.train({
      ...tinyOptions,
      validation: tinyValidation,
      training: { ...explosive, ...more },
    })
    await expect(run).rejects.toThrow(message)
    await expect(run).rejects.toThrow(NumericalError)
  })

  it('leaves the best checkpoint as it was', async () => {
    const output = await temporaryFolder()
    const healthy = { ...tinyOptions, validation: tinyValidation, output }
    const translator = await Translator.train({ ...healthy, training: { ...training, epochs: 1 } })
    const last = await readTranslator(join(output, 'last'))
    Object.assign(last.config.training.settings.training, {
      optimizer: { ...defaults, ...explosive.optimizer },
    })
    await writeTranslator(join(output, 'last'), last)
    const resumed = Translator.train({ ...healthy, training: explosive, resume: true })
    await expect(resumed).rejects.toThrow(/training step 5, .*The checkpoint of step 3 is kept/)
    const best = await Translator.load(join(output, 'best'))
    expect(weightsOf(best)).toEqual(weightsOf(translator))
  })
  const defaults = { onNonFinite: 'throw', betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 }
})
