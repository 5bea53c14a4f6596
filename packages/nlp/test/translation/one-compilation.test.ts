/** Batches of all lengths, and a last one that is not full: one compiled graph serves them all, and computes them right. */
import { createOptimizer, type EngineRequest, Rng } from '@attentive/core'
import { expect, it } from 'vitest'
import { Batches } from '../../src/data/index.js'
import { fitTextPipelines } from '../../src/text/index.js'
import { parseTranslationConfig, textConfigsOf } from '../../src/translation/config.js'
import { createModel } from '../../src/translation/folder.js'
import { createTrainingStep } from '../../src/translation/training-step.js'

const config = parseTranslationConfig({
  text: { tokenizer: { type: 'whitespace' } },
  model: { embeddingSize: 5, hiddenSize: 4, decoder: 'luong' },
})

/** 23 pairs of 1 to 19 words. */
const corpus = Array.from({ length: 23 }, (_, i) => {
  const words = (count: number, kind: string) =>
    Array.from({ length: count }, (_, k) => `${kind}${(i * k) % 7}`).join(' ')
  return { source: words(1 + ((i * 5) % 19), 's'), target: words(1 + ((i * 11) % 17), 't') }
})

async function trainOneEpoch(engine: EngineRequest) {
  const pipelines = await fitTextPipelines(corpus, { ...textConfigsOf(config), joint: false })
  const encoded = corpus.map(({ source, target }) => ({
    source: pipelines.source.encode(source).ids,
    target: pipelines.target.encode(target).ids,
  }))
  const batches = await Batches.create(encoded, {
    batchSize: 5,
    maxLength: 100,
    shuffleBuffer: 100,
    seed: 1,
    padTo: 'longest',
    maxBuckets: 2,
    multiple: 1,
  })
  const model = createModel(config.model, pipelines, new Rng(1))
  const optimizer = createOptimizer(config.training.optimizer, model)
  const step = createTrainingStep({
    model,
    optimizer,
    training: config.training,
    rng: new Rng(2),
    engine: { engine },
  })
  const shapes: string[] = []
  const rows = new Set<number>()
  const losses: number[] = []
  for await (const batch of batches.epoch(1, 0)) {
    shapes.push(`${batch.source.shape} → ${batch.targetInput.shape}`)
    rows.add(batch.rows)
    const { loss } = await step.run(batch)
    losses.push(typeof loss === 'number' ? loss : loss.item())
  }
  await step.dispose()
  return { shapes, rows, losses, stats: step.stats }
}

it('a corpus of odd lengths, with a last batch that is not full, is compiled once', async () => {
  const { shapes, rows, losses, stats } = await trainOneEpoch('onnxruntime')
  expect(new Set(shapes).size).toBeGreaterThanOrEqual(4)
  expect(rows.size).toBeGreaterThanOrEqual(2)
  expect(stats).toMatchObject({ engine: 'onnxruntime', compilations: 1 })
  const eager = await trainOneEpoch('eager')
  expect(eager.shapes).toEqual(shapes)
  losses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(eager.losses[i] as number, 4)
  })
})
