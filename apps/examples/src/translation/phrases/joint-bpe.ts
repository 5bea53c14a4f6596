/**
 * From two parallel text files, with one byte-pair encoding for both languages (Sennrich et al. 2016):
 *
 *     npx tsx apps/examples/src/translation/phrases/joint-bpe.ts
 *
 *     101 pieces; a word that was never seen: G@@ art@@ e@@ n@@ b@@ au@@ m
 *     BLEU 100.0 on 68 unseen phrases, such as
 *     three girls eat on the beach  →  drei Mädchen essen am Strand   (d@@ re@@ i Mädchen e@@ s@@ s@@ en …)
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parallelText, Translator } from '@attentive/nlp'
import { phrasePairs } from './data.js'
import { small } from './settings.js'

const folder = await mkdtemp(join(tmpdir(), 'attentive-bpe-'))
const files = [join(folder, 'train.en'), join(folder, 'train.de')] as const
const { training, test } = phrasePairs('de')
await writeFile(files[0], training.map(({ source }) => `${source}\n`).join(''))
await writeFile(files[1], training.map(({ target }) => `${target}\n`).join(''))

const translator = await Translator.train({
  ...small,
  train: parallelText(...files), // read line by line, as often as needed: it may be larger than memory
  text: { subword: { type: 'bpe', merges: 60 } },
  jointVocabulary: true,
  model: { ...small.model, tiedEmbeddings: 'all' }, // one vector a piece: as source, as target, and to predict it
})

const { source, target } = translator.pipelines
console.log(
  `${source.vocabulary.size} pieces; a word that was never seen: ${target.encode('Gartenbaum').tokens.join(' ')}`,
)
const { scores } = await translator.evaluate(test)
console.log(`BLEU ${scores.bleu.score.toFixed(1)} on ${test.length} unseen phrases, such as`)
const [best] = await translator.translate(test[0]?.source ?? '')
console.log(`${test[0]?.source}  →  ${best.text}   (${best.tokens.join(' ')})`)

await translator.dispose()
await rm(folder, { recursive: true })
