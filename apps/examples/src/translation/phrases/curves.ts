/**
 * How a training went: its `training.jsonl` as curves.
 *
 *     npx tsx apps/examples/src/translation/phrases/curves.ts [FILE-WITHOUT-ENDING]
 *
 *     264 steps, validations: 6, BLEU 17.8 → 100.0
 *     written to /tmp/attentive-curves.svg and .png
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { curves, type LogEntry } from '@attentive/core'
import { Translator } from '@attentive/nlp'
import { phrasePairs } from './data.js'
import { small } from './settings.js'

const path = process.argv[2] ?? join(tmpdir(), 'attentive-curves')
const output = await mkdtemp(join(tmpdir(), 'attentive-curves-run-'))
const { training, test } = phrasePairs('de')
const translator = await Translator.train({ ...small, train: training, validation: test, output })
await translator.dispose()

const lines = (await readFile(join(output, 'training.jsonl'), 'utf8')).trim().split('\n')
await rm(output, { recursive: true })
const entries = lines.map((line) => JSON.parse(line) as LogEntry)
const losses = entries.filter((entry) => entry.type === 'training')
const validations = entries.filter((entry) => entry.type === 'validation')

const steps = (logged: readonly LogEntry[]) => logged.map(({ step }) => step)
const scores = (metric: string) => validations.map(({ metrics }) => metrics[metric] as number)
const bleu = scores('bleu')
const lossCurves = [
  { name: 'training', x: steps(losses), y: losses.map(({ loss }) => loss) },
  // Perplexity is e to the power of the loss.
  { name: 'validation', x: steps(validations), y: scores('perplexity').map(Math.log) },
]
const drawing = curves({
  title: 'Phrases, English to German',
  panels: [
    // Losses are logged every 50 steps: a shorter run has none.
    { yLabel: 'loss (nats per word)', curves: lossCurves.filter(({ x }) => x.length > 0) },
    { yLabel: 'BLEU', curves: [{ name: 'validation', x: steps(validations), y: bleu }] },
  ],
})
await writeFile(`${path}.svg`, drawing.toSvg())
await writeFile(`${path}.png`, await drawing.toPng())
const [first, last] = [bleu[0], bleu.at(-1)].map((score) => score?.toFixed(1))
console.log(`${entries.at(-1)?.step} steps, validations: ${bleu.length}, BLEU ${first} → ${last}`)
console.log(`written to ${path}.svg and .png`)
