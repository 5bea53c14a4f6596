/**
 * Every small example runs to its end. Everyday they train for a moment only; `npm run test:long` trains them as they
 * stand, and then their translations must be right.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const long = process.env.ATTENTIVE_LONG_TESTS !== undefined

vi.mock('../src/translation/phrases/settings.js', async (original) => {
  const { small } = await original<typeof import('../src/translation/phrases/settings.js')>()
  return { small: long ? small : { ...small, training: { ...small.training, batchSize: 64, epochs: 1 } } }
})

let printed: string[]
beforeEach(() => {
  printed = []
  vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(words.join(' ')))
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** What each must print, however little it has learnt, and what it prints when it has learnt enough. */
const examples: Record<string, [always: RegExp, learnt: RegExp]> = {
  'translation/phrases/joint-bpe': [/^101 pieces; .*: G@@ art@@ /m, /→ {2}drei Mädchen essen am Strand /],
  'translation/phrases/resume': [/^The same weights as without interruption: true$/m, /after 88 steps/],
  'translation/phrases/ensemble': [
    /^both as an ensemble +BLEU \d+\.\d$/m,
    /^both as an ensemble +BLEU (9|100)/m,
  ],
  'translation/phrases/n-best': [
    /hypotheses:(\n +\d+\.\d\d % .*){4}$/m,
    /hypotheses:\n.* drei Mädchen essen am/,
  ],
  'translation/phrases/curves': [
    /^\d+ steps, validations: \d+, BLEU \d+\.\d → \d+\.\d\nwritten to .*\.svg and \.png$/,
    /^264 steps, validations: 6, BLEU \d+\.\d → (9\d\.\d|100\.0)$/m,
  ],
  'translation/phrases/unknown-words': [/^Penelope .* {2}→ {2}/, /→ {2}Penelope schläft im Garten$/m],
  'translation/phrases/chinese': [/^ja: 三人 · の · 女の子 · が · 海辺 · を /m, /→ {2}三个女孩在海滩上吃饭 /],
  'tf-layers/marked-number': [
    /^right on 128 unseen sequences: 9\d\.\d %\nthe same outputs after saving and loading: true$/m,
    /^epoch 8: /m,
  ],
  'engine/export-onnx': [
    /^input {2}x float32 \[batch, time, 8\]$/m,
    /^output probabilities float32 \[batch, 3\]$/m,
  ],
}

it.each(Object.entries(examples))('%s runs', { timeout: 300_000 }, async (name, [always, learnt]) => {
  await import(new URL(`../src/${name}.ts`, import.meta.url).href)
  expect(printed.join('\n')).toMatch(always)
  if (long) expect(printed.join('\n')).toMatch(learnt)
})
