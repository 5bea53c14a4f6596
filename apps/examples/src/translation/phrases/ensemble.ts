/**
 * Two ways to combine what was trained: the mean of probabilities (an ensemble), and the mean of weights (checkpoint
 * averaging).
 *
 *     npx tsx apps/examples/src/translation/phrases/ensemble.ts
 *
 *     after 2 epochs           BLEU 27.3, perplexity 1.715
 *     after 3 epochs           BLEU 64.4, perplexity 1.333
 *     after 4 epochs           BLEU 71.1, perplexity 1.214
 *     their mean               BLEU 65.7, perplexity 1.336
 *     another seed             BLEU 99.2, perplexity 1.058
 *     both as an ensemble      BLEU 100.0
 *
 *     Here the weights still move far from epoch to epoch; their mean pays at the end of a long run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Translator } from '@attentive/nlp'
import { phrasePairs } from './data.js'
import { small } from './settings.js'

const { training: train, test } = phrasePairs('de')

async function report(name: string, translator: Translator): Promise<void> {
  const { scores, perplexity } = await translator.evaluate(test)
  console.log(`${name.padEnd(24)} BLEU ${scores.bleu.score.toFixed(1)}, perplexity ${perplexity.toFixed(3)}`)
}

/** One run, as it is after 2, 3 and 4 epochs: the later parts continue from the checkpoint of the former. */
const output = await mkdtemp(join(tmpdir(), 'attentive-average-'))
const checkpoints: Translator[] = []
for (const epochs of [2, 3, 4]) {
  const training = { ...small.training, epochs }
  checkpoints.push(await Translator.train({ ...small, train, training, output, resume: true }))
}
for (const [i, checkpoint] of checkpoints.entries()) await report(`after ${i + 2} epochs`, checkpoint)
const average = await Translator.average(checkpoints)
await report('their mean', average)

/** Another run, with another seed: the two make different mistakes. */
const other = await Translator.train({ ...small, train, training: { ...small.training, epochs: 3 }, seed: 2 })
await report('another seed', other)
const ensemble = Translator.ensemble([average, other])
const { scores } = await ensemble.evaluate(test) // the perplexity of an ensemble is that of its first member
console.log(`${'both as an ensemble'.padEnd(24)} BLEU ${scores.bleu.score.toFixed(1)}`)

for (const translator of [...checkpoints, average, other]) await translator.dispose()
await rm(output, { recursive: true })
