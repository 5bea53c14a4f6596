/** The validation score that decides which weights are the best. */
import { describe, expect, it } from 'vitest'
import { Translator } from '../../src/index.js'
import { tinyOptions } from './tiny-training.js'

const optimizer = { type: 'adam', learningRate: 0.1 } as const
const validation = tinyOptions.train.slice(0, 10)

async function trainBy(metric: 'bleu' | 'exactMatch' | 'perplexity') {
  const translator = await Translator.train({
    ...tinyOptions,
    engine: 'auto',
    validation,
    model: { embeddingSize: 12, hiddenSize: 12, dropout: { embedding: 0, encoder: 0, output: 0 } },
    training: { ...tinyOptions.training, epochs: 8, validateEvery: 8, optimizer, metric },
  })
  const { best, history } = translator.trainResult ?? { history: [] }
  const metrics = history.flatMap((entry) => (entry.type === 'validation' ? [entry.metrics] : []))
  return { translator, best, metrics, scores: metrics.map((scores) => scores[metric] as number) }
}

describe('the metric that decides', () => {
  it('is the percentage of exact translations, when that is asked for', async () => {
    const { translator, best, scores } = await trainBy('exactMatch')
    const found = await translator.translate(
      validation.map(({ source }) => source),
      { beamSize: 1 },
    )
    const right = found.filter(([{ text }], i) => text === validation[i]?.target).length
    expect(right).toBeGreaterThan(0)
    expect(best?.score).toBe((100 * right) / validation.length)
    expect(best?.score).toBe(Math.max(...scores))
  })

  it('is best when it is lowest, if it is perplexity, and highest, if it is BLEU', async () => {
    const byPerplexity = await trainBy('perplexity')
    expect(byPerplexity.best?.score).toBe(Math.min(...byPerplexity.scores))
    const byBleu = await trainBy('bleu')
    expect(byBleu.best?.score).toBe(Math.max(...byBleu.scores))
    for (const scores of byBleu.metrics) expect(Object.keys(scores)).toEqual(['bleu', 'perplexity'])
  })
})
