/**
 * More than one translation: the n best of a beam search, and samples.
 *
 *     npx tsx apps/examples/src/translation/phrases/n-best.ts
 *
 *     three girls eat on the beach
 *     The four best of eight hypotheses:
 *        89.07 %  drei Mädchen essen am Strand
 *         1.79 %  drei Mädchen spielen am Strand
 *     …
 */
import { type Translation, Translator } from '@attentive/nlp'
import { phrasePairs } from './data.js'
import { small } from './settings.js'

const { training, test } = phrasePairs('de')
const translator = await Translator.train({ ...small, train: training })
const source = test[0]?.source ?? ''

function list(title: string, translations: readonly Translation[]): void {
  console.log(`${title}:`)
  for (const { text, logProb } of translations)
    console.log(`  ${(100 * Math.exp(logProb)).toFixed(2).padStart(6)} %  ${text}`)
}

console.log(source)
list('The four best of eight hypotheses', await translator.translate(source, { beamSize: 8, nBest: 4 }))
list(
  'Four samples, each word drawn by its probability, flattened',
  await translator.translate(source, { nBest: 4, sampling: { seed: 1, temperature: 2 } }),
)
list(
  'Four samples from the three likeliest words at each place',
  await translator.translate(source, { nBest: 4, sampling: { seed: 1, temperature: 3, topK: 3 } }),
)
await translator.dispose()
