/** Bad input to public functions: a typed error that names the argument. */
import { DataError, InvalidArgumentError } from '@attentive/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createStemmer, parallelText, stopWords, type TextPair, Translator } from '../src/index.js'
import { tinyOptions } from './translation/tiny-training.js'

const { train: pairs } = tinyOptions
const [pair] = pairs as [TextPair]
const train = (corpus: unknown, more: object = {}) =>
  Translator.train({ ...tinyOptions, ...more, train: corpus } as never)

function* once(): Generator<TextPair> {
  yield* pairs
}

/** Like a stream: no generator, and yet nothing is left when it has been read. */
function drained(): AsyncIterable<TextPair> {
  const left = [...pairs]
  return {
    async *[Symbol.asyncIterator]() {
      yield* left.splice(0)
    },
  }
}

/** Pairs as something else than an array gives them, one of which is none. */
const lazily = {
  *[Symbol.iterator]() {
    yield pair
    yield { source: 'a' }
  },
}

let translator: Translator
beforeAll(async () => {
  translator = await Translator.train({ ...tinyOptions, training: { ...tinyOptions.training, epochs: 1 } })
})
const translate = (texts: unknown, options?: object) => translator.translate(texts as string, options)

type Refusal = [what: string, argument: string, call: () => unknown, type?: typeof DataError]

const refusals: Refusal[] = [
  ['a stemmer that is not there', 'name', () => createStemmer('klingon' as never)],
  ["a stemmer by an object's own names", 'name', () => createStemmer('constructor' as never)],
  ['stop words that are not there', 'language', () => stopWords('klingon' as never)],
  ['a misspelt reading option', 'onBadline', () => parallelText('a', 'b', { onBadline: 'skip' } as never)],
  ['an unknown action', 'onBadLine', () => parallelText('a', 'b', { onBadLine: 'ignore' as never })],
  ['an unknown format', 'format', () => parallelText('a.txt', { format: 'xml' as never })],
  ['a file that is none', 'source', () => parallelText(5 as never)],
  ['training without options', 'train', () => Translator.train(undefined as never)],
  ['training without a corpus', 'train', () => Translator.train({} as never)],
  ['a file name as corpus', 'train', () => train('train.tsv')],
  ['pairs as arrays', 'train[0]', () => train([['a', 'b']]), DataError],
  ['a pair without target', 'train[1]', () => train([pair, { source: 'a' }]), DataError],
  ['the same, read lazily', 'train[1]', () => train(lazily), DataError],
  ['a corpus that is read once', 'train', () => train(once())],
  ['a corpus that is used up', 'train', () => train(drained())],
  ['a validation that is none', 'validation', () => train(pairs, { validation: 5 })],
  [
    'validation pairs as arrays',
    'validation[0]',
    () => train(pairs, { validation: [['a', 'b']] }),
    DataError,
  ],
  ['a misspelt setting', 'config', () => train(pairs, { jointVocabulry: true })],
  ['no text', 'texts', () => translate(5)],
  ['something else among texts', 'texts[1]', () => translate(['a', 5])],
  ['a misspelt search option', 'beamsize', () => translate('a', { beamsize: 3 })],
  ['a misspelt sampling option', 'topk', () => translate('a', { sampling: { seed: 1, topk: 3 } })],
  ['the same in evaluation', 'nbest', () => translator.evaluate(pairs, { nbest: 3 } as never)],
  ['an evaluation of nothing', 'corpus', () => translator.evaluate(undefined as never)],
  ['an evaluation of arrays', 'corpus[0]', () => translator.evaluate([['a', 'b']] as never), DataError],
  ['a misspelt engine option', 'thread', () => Translator.ensemble([translator], { thread: 2 } as never)],
]

describe('refused', () => {
  it.each(refusals)('%s: by the name %s', async (_, argument, call, type = InvalidArgumentError) => {
    const refused = Promise.resolve().then(call)
    await expect(refused).rejects.toThrow(type)
    await expect(refused).rejects.toMatchObject({ argument })
  })
})

it('a disposed translator may be used again', async () => {
  const [before] = await translator.translate('one two')
  await translator.dispose()
  const [after] = await translator.translate('one two')
  expect(after.text).toBe(before.text)
})
