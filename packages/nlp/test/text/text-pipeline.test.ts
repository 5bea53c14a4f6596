import { CheckpointError, DataError, InvalidArgumentError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitTextPipeline, fitTextPipelines, type TextConfig, TextPipeline } from '../../src/text/index.js'

const corpus = [
  'The dog runs through the snow.',
  'A dog and the cat: Anna saw the dogs, and Anna smiled.',
  '"The snow is deep," said Anna to a dog in the deep snow.',
]
const german = [
  'Der Hund rennt durch den Schnee.',
  'Ein Hund und die Katze: Anna sah die Hunde.',
  'Der Schnee ist tief.',
]
const pairs = corpus.map((source, i) => ({ source, target: german[i] as string }))
const bpe = { type: 'bpe', merges: 50 } as const

const reload = (pipeline: TextPipeline) => TextPipeline.fromJSON(JSON.parse(JSON.stringify(pipeline)))

describe('TextPipeline', () => {
  it('cuts a text into words and pieces, numbers them, and finds its way back', async () => {
    const pipeline = await fitTextPipeline(corpus, { subword: bpe })
    const encoded = pipeline.encode('Anna saw the  thedogs.')
    expect(encoded.words).toEqual(['Anna', 'saw', 'the', 'thedogs', '.'])
    expect(encoded.tokens.map((token) => token.replace('@@', '')).join('')).toBe('Annasawthethedogs.')
    expect(encoded.tokens.length).toBeGreaterThan(5)
    const spelled = encoded.words.map((_, place) =>
      encoded.tokens
        .filter((_, i) => encoded.wordOfToken[i] === place)
        .join('')
        .replaceAll('@@', ''),
    )
    expect(spelled).toEqual(encoded.words)
    expect(encoded.unknown).toEqual([])
    expect(pipeline.decode(encoded.ids)).toBe('Anna saw the thedogs.')
  })

  it('reports words that the vocabulary lacks', async () => {
    const pipeline = await fitTextPipeline([...corpus, 'a dog'], { minFrequency: 2 })
    const { ids, unknown } = pipeline.encode('the unicorn and a dog 🦄')
    expect(unknown).toEqual(['unicorn', '🦄'])
    expect(pipeline.decode(ids)).toBe('the <unk> and a dog <unk>')
  })

  it('encodes empty and blank text to nothing', async () => {
    const pipeline = await fitTextPipeline(corpus)
    for (const text of ['', ' \u3000\n', '\u200B']) {
      expect(pipeline.encode(text)).toEqual({ words: [], tokens: [], ids: [], wordOfToken: [], unknown: [] })
      expect(pipeline.decode(pipeline.encode(text).ids)).toBe('')
    }
  })

  it('lower-cases, and recases when asked', async () => {
    const plain = await fitTextPipeline(corpus, { casing: 'lowercase' })
    const { tokens, words, ids } = plain.encode('Anna saw THE dog.')
    expect(tokens).toEqual(['anna', 'saw', 'the', 'dog', '.'])
    expect(words).toEqual(['Anna', 'saw', 'THE', 'dog', '.'])
    expect(plain.decode(ids)).toBe('anna saw the dog.')
    const recasing = await fitTextPipeline(corpus, { casing: 'lowercase', recase: true })
    expect(recasing.decode(recasing.encode('a dog saw anna.').ids)).toBe('A dog saw Anna.')
  })

  it('truecases and back', async () => {
    const pipeline = await fitTextPipeline(corpus, { casing: 'truecase' })
    const { tokens, ids } = pipeline.encode('The dog and Anna.')
    expect(tokens).toEqual(['the', 'dog', 'and', 'Anna', '.'])
    expect(pipeline.vocabulary.has('The')).toBe(false)
    expect(pipeline.decode(ids)).toBe('The dog and Anna.')
    const plain = await fitTextPipeline(corpus, { casing: 'truecase', recase: false })
    expect(plain.decode(plain.encode('The dog').ids)).toBe('the dog')
  })

  it('leaves stop words out and stems, in text and vocabulary', async () => {
    const pipeline = await fitTextPipeline(corpus, { casing: 'lowercase', stopWords: 'en', stemmer: 'en' })
    const { words, tokens, wordOfToken } = pipeline.encode('The dogs and a smiled')
    expect(words).toEqual(['dogs', 'smiled'])
    expect(tokens).toEqual(['dog', 'smile'])
    expect(wordOfToken).toEqual([0, 1])
    expect(pipeline.vocabulary.has('the')).toBe(false)
    expect(pipeline.vocabulary.has('dog')).toBe(true)
  })

  it('counts each word in the form that encoding gives it', async () => {
    const configs: TextConfig[] = [
      {},
      { casing: 'truecase' },
      { casing: 'lowercase', subword: bpe },
      { tokenizer: { type: 'character' } },
      { casing: 'truecase', stopWords: 'en', stemmer: 'en', subword: bpe },
    ]
    for (const config of configs) {
      const pipeline = await fitTextPipeline(corpus, config)
      const used = new Set(corpus.flatMap((text) => pipeline.encode(text).tokens))
      expect(corpus.flatMap((text) => pipeline.encode(text).unknown)).toEqual([])
      const spare = pipeline.vocabulary.tokens.slice(4).filter((token) => !used.has(token))
      expect(spare.filter((token) => token.replace('@@', '').length > 1)).toEqual([])
      if (!pipeline.bpe) expect(spare).toEqual([])
    }
  })

  it.each([
    ['words', { casing: 'truecase' }],
    [
      'pieces',
      { casing: 'lowercase', recase: true, subword: bpe, normalize: { punctuation: 'en', form: 'NFKC' } },
    ],
    ['characters', { tokenizer: { type: 'character' }, normalize: false }],
    [
      'everything',
      {
        tokenizer: { type: 'natural', name: 'aggressive-en' },
        stopWords: 'en',
        stemmer: 'en',
        subword: bpe,
        maxSize: 12,
      },
    ],
  ] satisfies [string, TextConfig][])('does the same after saving and loading: %s', async (_, config) => {
    const pipeline = await fitTextPipeline(corpus, config)
    const restored = reload(pipeline)
    expect(restored.config).toEqual(pipeline.config)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.shuffledSubarray(corpus.join(' ').split(' ')).map((words) => words.join(' ')),
        ),
        (text) => {
          const encoded = pipeline.encode(text)
          expect(restored.encode(text)).toEqual(encoded)
          expect(restored.decode(encoded.ids)).toBe(pipeline.decode(encoded.ids))
        },
      ),
    )
  })

  it('refuses saved parts that do not belong together', async () => {
    const json = JSON.parse(
      JSON.stringify(await fitTextPipeline(corpus, { subword: bpe, casing: 'truecase' })),
    )
    expect(() => TextPipeline.fromJSON({ ...json, bpe: null })).toThrow(/merges are there if and only if/)
    expect(() => TextPipeline.fromJSON({ ...json, truecaser: null })).toThrow(CheckpointError)
    expect(() => TextPipeline.fromJSON({ ...json, vocabulary: undefined })).toThrow(CheckpointError)
    expect(() => TextPipeline.fromJSON({ ...json, config: { tokenizer: { type: 'evil' } } })).toThrow(
      CheckpointError,
    )
    const polluted = JSON.parse(
      JSON.stringify(json).replace('"config":{', '"config":{"__proto__":{"casing":"lowercase"},'),
    )
    expect(() => TextPipeline.fromJSON(polluted)).toThrow(CheckpointError)
    expect(({} as { casing?: string }).casing).toBeUndefined()
  })

  it('takes one word, one line and an endless line', async () => {
    const pipeline = await fitTextPipeline(['a'], { subword: bpe })
    expect(pipeline.decode(pipeline.encode('a').ids)).toBe('a')
    const long = 'word '.repeat(20_000)
    expect((await fitTextPipeline([long], { subword: bpe })).encode(long).ids).toHaveLength(20_000)
  })

  it('learns nothing from nothing', async () => {
    await expect(fitTextPipeline([])).rejects.toThrow(DataError)
    await expect(fitTextPipeline(['  ', ''])).rejects.toThrow(
      /corpus: expected at least one word, received none/,
    )
  })

  it('names wrong settings', async () => {
    await expect(fitTextPipeline(corpus, { casing: 'upper' as 'keep' })).rejects.toThrow(InvalidArgumentError)
    await expect(fitTextPipeline(corpus, { lowercase: true } as TextConfig)).rejects.toThrow(/lowercase/)
    await expect(fitTextPipeline(corpus, { subword: { type: 'bpe', merges: 0 } })).rejects.toThrow(
      /subword\.merges/,
    )
  })
})

describe('fitTextPipelines', () => {
  it('keeps the sides apart', async () => {
    const { source, target } = await fitTextPipelines(pairs, {
      source: { subword: bpe },
      target: { subword: bpe },
    })
    expect(source.vocabulary.has('dog')).toBe(true)
    expect(target.vocabulary.has('dog')).toBe(false)
    expect(target.decode(target.encode('Der Hund ist tief.').ids)).toBe('Der Hund ist tief.')
  })

  it('shares pieces and ids when joint', async () => {
    const { source, target } = await fitTextPipelines(pairs, {
      source: { subword: bpe, tokenizer: { type: 'moses', language: 'en' } },
      target: { subword: bpe, tokenizer: { type: 'moses', language: 'de' } },
      joint: true,
    })
    expect(target.vocabulary).toBe(source.vocabulary)
    expect(target.encode('Anna').ids).toEqual(source.encode('Anna').ids)
    expect(source.encode('Hund').unknown).toEqual([])
    expect(target.config.tokenizer).toMatchObject({ language: 'de' })
  })

  it('refuses to join sides that are cut differently', async () => {
    await expect(fitTextPipelines(pairs, { source: { subword: bpe }, joint: true })).rejects.toThrow(
      /joint: expected equal subword/,
    )
  })

  it('names the side whose settings are wrong', async () => {
    await expect(fitTextPipelines(pairs, { target: { minFrequency: 0 } })).rejects.toThrow(/^target/)
  })
})
