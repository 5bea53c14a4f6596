/**
 * Comparison with the sacrebleu package itself, on random text and on real sentences. Runs where `python` (or the
 * interpreter that ATTENTIVE_PYTHON names) can import sacrebleu; golden values cover the rest.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Rng } from '@attentive/core'
import { describe, expect, test } from 'vitest'
import { type Corpus, metricFrom } from './golden.js'

const repository = new URL('../../../../', import.meta.url)
const data = process.env.ATTENTIVE_DATA ?? fileURLToPath(new URL('data', repository))
const germanFile = `${data}/multi30k/test_2016_flickr.de`
const python = [process.env.ATTENTIVE_PYTHON, 'python', 'python3'].find(
  (command) => command && spawnSync(command, ['-c', 'import sacrebleu']).status === 0,
)

interface Request extends Corpus {
  metric: 'bleu' | 'chrf' | 'ter'
  options: Record<string, unknown>
}

interface Answer {
  score: number
  signature: string
  statistics: number[][]
}

function askSacrebleu(requests: Request[]): Answer[] {
  const script = fileURLToPath(new URL('tools/golden/metrics_reference.py', repository))
  const { stdout, stderr, status } = spawnSync(python as string, [script], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

function expectAgreement(requests: Request[]): void {
  askSacrebleu(requests).forEach(({ score, signature, statistics }, i) => {
    const { metric, options, hypotheses, references } = requests[i] as Request
    const label = `${metric} ${JSON.stringify(options)}`
    const scorer = metricFrom(metric, options)
    const result = scorer.corpusScore(hypotheses, references)
    expect(Math.abs(result.score - score), label).toBeLessThan(1e-6)
    expect(result.signature.startsWith(`${signature}|`), label).toBe(true)
    hypotheses.forEach((hypothesis, k) => {
      const own = scorer.sentenceStatistics(hypothesis, references[k] as string[])
      expect(own, `${label} ${JSON.stringify([hypothesis, references[k]])}`).toEqual(statistics[k])
    })
  })
}

const ALL_OPTIONS: Pick<Request, 'metric' | 'options'>[] = [
  ...['13a', 'intl', 'zh', 'char', 'none'].flatMap((tokenizer) =>
    [false, true].map((lowercase) => ({ metric: 'bleu' as const, options: { tokenizer, lowercase } })),
  ),
  ...['floor', 'add-k', 'none'].map((smoothing) => ({
    metric: 'bleu' as const,
    options: { smoothing, effectiveOrder: true },
  })),
  ...[0, 2].flatMap((wordOrder) =>
    [false, true].map((whitespace) => ({
      metric: 'chrf' as const,
      options: { wordOrder, whitespace, lowercase: whitespace },
    })),
  ),
  { metric: 'chrf', options: { epsilonSmoothing: true, wordOrder: 2 } },
  { metric: 'ter', options: {} },
  { metric: 'ter', options: { normalized: true } },
  {
    metric: 'ter',
    options: { normalized: true, noPunctuation: true, asianSupport: true, caseSensitive: true },
  },
]

/** A "system output": words dropped, repeated and swapped with a neighbour, now and then a block moved. */
function perturb(sentence: string, rng: Rng): string {
  const words = sentence.split(' ').flatMap((word) => {
    const draw = rng.next()
    return draw < 0.08 ? [] : draw < 0.1 ? [word, word] : [word]
  })
  for (let i = 1; i < words.length; i++)
    if (rng.next() < 0.1) words.splice(i - 1, 2, words[i] as string, words[i - 1] as string)
  if (rng.next() < 0.3) words.push(...words.splice(0, rng.nextInt(5)))
  return words.join(' ')
}

describe.skipIf(!python)('against sacrebleu (skipped without a python that imports it)', () => {
  test('random lines of difficult characters', () => {
    const rng = new Rng(20)
    const alphabet = [
      ...'aB9.,-\'"&;!?()[]{}<>/\\@#$%^*_+=~`|:',
      ...'äßİΣς“”„‚’–—…·¿«»€£×÷½²①Ⅷ٣०',
      ...'中𠀀㐂。，、！？：；（）「」・あアー｡ﾊ가⺀㇀㋿㏿豈︰！￥⩭⩮⸀',
      ...'😀👩‍👧🏽🇩🇪é\u0301\u200b\u200d\ufeff\u00ad\u2060',
      ...'\t\n\u000b\u001c\u001f\u0085\u00a0\u1680\u2000\u2007\u2028\u202f\u205f\u3000\u180e',
      ...'     ',
      '&quot;',
      '&amp;',
      '&lt;',
      '<skipped>',
      '-\n',
      "'s ",
    ]
    const line = () =>
      Array.from({ length: rng.nextInt(30) }, () => alphabet[rng.nextInt(alphabet.length)]).join('')
    const hypotheses = Array.from({ length: 150 }, line)
    const references = hypotheses.map((hypothesis) => [
      line(),
      ...(rng.next() < 0.5 ? [[...hypothesis].slice(0, -3).join('') + line()] : []),
    ])
    expectAgreement(ALL_OPTIONS.map((row) => ({ ...row, hypotheses, references })))
  })

  test('random word sequences with many possible shifts, of very different lengths', () => {
    const rng = new Rng(21)
    const words = (length: number, size: number) =>
      Array.from({ length }, () => `w${rng.nextInt(size)}`).join(' ')
    const pairs = Array.from({ length: 50 }, () => {
      const size = 2 + rng.nextInt(20)
      return [words(rng.nextInt(22), size), words(rng.nextInt(22), size)] as const
    })
    for (const [h, r] of [
      [1, 200],
      [200, 1],
      [2, 120],
      [90, 3],
      [30, 80],
    ] as const)
      pairs.push([words(h, 40), words(r, 40)])
    const hypotheses = pairs.map(([hypothesis]) => hypothesis)
    const references = pairs.map(([, reference]) => [reference])
    expectAgreement([{ metric: 'ter', options: {}, hypotheses, references }])
  })

  test.skipIf(!existsSync(germanFile))('real German sentences (skipped without Multi30k)', () => {
    const references = readFileSync(germanFile, 'utf8').split('\n').slice(0, 100)
    const outputs = [1, 2].map((seed) => {
      const rng = new Rng(seed)
      return references.map((reference) => perturb(reference, rng))
    })
    const [first, second] = outputs as [string[], string[]]
    const single = { hypotheses: first, references: references.map((reference) => [reference]) }
    const double = {
      hypotheses: first,
      references: references.map((reference, i) => [reference, second[i] as string]),
    }
    expectAgreement(
      ALL_OPTIONS.flatMap((row) => [
        { ...row, ...single },
        { ...row, ...double },
      ]),
    )
  })
})
