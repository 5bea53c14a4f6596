import { beforeAll, describe, expect, it } from 'vitest'
import { Translator } from '../../src/index.js'
import { numeralPairs } from './numerals.js'

/** A name that occurs once. */
function nameOf(i: number): string {
  const syllables = [
    'vu',
    'ha',
    'gi',
    'lo',
    'ke',
    'ra',
    'nu',
    'po',
    'ti',
    'sa',
    'we',
    'mi',
    'fo',
    'be',
    'dy',
    'zo',
  ]
  return [i % 16, Math.floor(i / 16) % 16, (7 * i) % 16, (3 * i + 5) % 16].map((k) => syllables[k]).join('')
}

/** `three vuhagi four` → `vier vuhagi drei`: the name may stand anywhere. */
const pairs = numeralPairs.map(({ source, target }, i) => {
  const words = source.split(' ')
  const place = i % (words.length + 1)
  return {
    source: words.toSpliced(place, 0, nameOf(i)).join(' '),
    target: target
      .split(' ')
      .toSpliced(words.length - place, 0, nameOf(i))
      .join(' '),
  }
})

describe('a translator with a vocabulary of frequent words', () => {
  let translator: Translator
  beforeAll(async () => {
    translator = await Translator.train({
      train: pairs,
      text: { tokenizer: { type: 'whitespace' }, minFrequency: 2 },
      model: { embeddingSize: 16, hiddenSize: 24, dropout: { embedding: 0, encoder: 0, output: 0 } },
      training: {
        batchSize: 32,
        epochs: 20,
        optimizer: { type: 'adam', learningRate: 2e-2 },
        labelSmoothing: 0,
      },
    })
  }, 120_000)

  it('says <unk> for a word that it does not know', async () => {
    const [best] = await translator.translate('three Schmidt four')
    expect(best.tokens).toEqual(['vier', '<unk>', 'drei'])
    expect(best.text).toBe('vier <unk> drei')
  })

  it('writes the word that it looked at instead, if asked', async () => {
    const [best] = await translator.translate('three Schmidt four', { replaceUnknown: true })
    expect(best.text).toBe('vier Schmidt drei')
    expect(best.attention.rows).toEqual(['vier', 'Schmidt', 'drei'])
  })

  it('finds another word where it must', async () => {
    const [best] = await translator.translate('three Schmidt four', { banUnknown: true })
    expect(best.tokens).not.toContain('<unk>')
  })

  it('translates a text of nothing but unknown words', async () => {
    const texts = ['Ωμέγα שלום 😀', 'x'.repeat(100_000)]
    for (const [best] of await translator.translate(texts, { replaceUnknown: true }))
      expect(best.text).not.toContain('<unk>')
  })
})
