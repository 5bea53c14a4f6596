/**
 * Words that the vocabulary lacks, such as names, are copied from where the model looks (Luong et al. 2015b, §3.3).
 *
 *     npx tsx apps/examples/src/translation/phrases/unknown-words.ts
 *
 *     Penelope sleeps in the garden  →  <unk> schläft im Garten  →  Penelope schläft im Garten
 *     Where it looked: /tmp/attentive-unknown.png
 */
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Translator } from '@attentive/nlp'
import { phrasePairs } from './data.js'
import { small } from './settings.js'

/** 125 names; each occurs once, so that none gets a place in a vocabulary of words that occur twice. */
const syllables = ['ma', 'li', 'ro', 'ne', 'ka'].map((a) => ['na', 'to', 'ri', 'ko', 'la'].map((b) => [a, b]))
const names = syllables
  .flat()
  .flatMap(([a, b]) => ['s', 'n', 'x', 'm', 't'].map((end) => `${a?.[0]?.toUpperCase()}${a?.[1]}${b}${end}`))

/** `a dog runs …`, `ein Hund läuft …` becomes `Manas runs …`, `Manas läuft …`. */
const withNames = phrasePairs('de')
  .training.filter(({ source }) => /^an? /.test(source))
  .slice(0, names.length)
  .map(({ source, target }, i) => ({
    source: source.replace(/^an? \w+/, names[i] as string),
    target: target.replace(/^eine? \p{L}+/u, names[i] as string),
  }))

const translator = await Translator.train({
  ...small,
  train: [...phrasePairs('de').training, ...withNames],
  text: { ...small.text, minFrequency: 2 },
})

const source = 'Penelope sleeps in the garden'
const [plain] = await translator.translate(source)
const [replaced] = await translator.translate(source, { replaceUnknown: true })
console.log(`${source}  →  ${plain.text}  →  ${replaced.text}`)
const picture = join(tmpdir(), 'attentive-unknown.png')
await writeFile(picture, await replaced.attention.toPng())
console.log(`Where it looked: ${picture}`)
await translator.dispose()
