/**
 * `npm run demo`: trains a translator of dates on a corpus it makes by itself, scores it on dates it has not seen,
 * draws what it attends to, and answers what is typed.
 *
 * Options: --epochs N, --seed N, --out DIR (default demo-output), --no-chat.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { abortOnInterrupt, progressDisplay } from '@attentive/core'
import { ExactMatch, Translator } from '@attentive/nlp'
import { type DatePair, generateDates } from './date-corpus.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'demo-output' },
    chat: { type: 'boolean', default: true },
  },
  allowNegative: true,
})

const seed = Number(values.seed)
const pairs = generateDates(26_000, seed)
const test = pairs.slice(0, 1000)
const validation = pairs.slice(1000, 1300)
const training = pairs.slice(1300)

console.log(`Teaching a small LSTM with attention to read dates: ${training.length} examples such as`)
for (const { source, target } of training.slice(0, 4)) console.log(`  ${source}  →  ${target}`)

const started = performance.now()
const display = progressDisplay()
const { signal, release } = abortOnInterrupt()
const translator = await Translator.train({
  train: training,
  validation,
  text: { tokenizer: { type: 'character' }, normalize: { form: 'NFKC' }, casing: 'lowercase' },
  model: { embeddingSize: 48, hiddenSize: 96, dropout: { embedding: 0, encoder: 0, output: 0.1 } },
  training: {
    batchSize: 128,
    epochs: Number(values.epochs),
    optimizer: { type: 'adam', learningRate: 4e-3 },
    schedule: {
      type: 'cosine',
      totalSteps: Number(values.epochs) * Math.ceil(training.length / 128),
      floor: 0.02,
    },
    labelSmoothing: 0,
    metric: 'perplexity',
    patience: 0,
  },
  seed,
  signal,
  onProgress: display.onProgress,
})
display.stop()
release()
const trainingSeconds = (performance.now() - started) / 1000

const { translations, references, perplexity, sentencesPerSecond } = await translator.evaluate(test)
const exact = new ExactMatch().corpusScore(
  translations.map(({ text }) => text),
  references,
)
console.log(`\nTrained in ${trainingSeconds.toFixed(0)} s.`)
console.log(`On ${test.length} dates it has not seen: ${exact.score.toFixed(1)} % exactly right, `)
console.log(
  `perplexity ${perplexity.toFixed(4)} per character, ${sentencesPerSecond.toFixed(0)} dates a second.\n`,
)

const out = values.out
await mkdir(out, { recursive: true })
const shown = pickExamples(test)
const examples = await translator.translate(shown.map(({ source }) => source))
for (const [i, [best]] of examples.entries()) {
  const { source, target } = shown[i] as DatePair
  console.log(`  ${best.text === target ? '✓' : '✗'} ${source}  →  ${best.text}`)
  await writeFile(join(out, `attention-${i + 1}.svg`), best.attention.toSvg())
  await writeFile(join(out, `attention-${i + 1}.png`), await best.attention.toPng())
}
const summary = {
  exactMatch: exact.score,
  perplexity,
  trainingSeconds,
  sentencesPerSecond,
  trainingPairs: training.length,
  testPairs: test.length,
  seed,
  examples: examples.map(([best], i) => ({
    ...(shown[i] as DatePair),
    translation: best.text,
    score: best.score,
  })),
}
await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`)
console.log(
  `\nWhere the model looked for each character of its answer: ${join(out, 'attention-1.png')} and others.`,
)

if (values.chat && process.stdin.isTTY) await answer()
await translator.dispose()

/** One date of each of some scripts. */
function pickExamples(dates: DatePair[]): DatePair[] {
  const patterns = [
    /^[a-z ,.\d]+$/i,
    /[äöüéèûçñã]/,
    /[а-я]/i,
    /[ぁ-んァ-ヶ一-龠]/,
    /[가-힣]/,
    /[\u0600-\u06ff]/,
    /[\u0900-\u097f]/,
  ]
  return patterns.flatMap((pattern) => dates.find(({ source }) => pattern.test(source)) ?? [])
}

async function answer(): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  console.log('\nType a date in any of its languages (an empty line ends):')
  for (;;) {
    const line = (await terminal.question('> ').catch(() => '')).trim()
    if (line === '') break
    const [best] = await translator.translate(line)
    console.log(`  ${best.text}   (probability ${(100 * Math.exp(best.logProb)).toFixed(1)} %)`)
  }
  terminal.close()
}
