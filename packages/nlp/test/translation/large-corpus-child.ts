/**
 * Trains a few steps on a corpus of two files, in a process whose heap is smaller than they are, and tells how large
 * that is.
 */
import { getHeapStatistics } from 'node:v8'
import { parallelText, Translator } from '../../src/index.js'

const [source = '', target = ''] = process.argv.slice(2)
const steps = 5
const controller = new AbortController()
const { trainResult, pipelines } = await Translator.train({
  train: parallelText(source, target),
  text: { normalize: false, tokenizer: { type: 'whitespace' }, minFrequency: 2 },
  model: { embeddingSize: 8, hiddenSize: 8 },
  training: { batchSize: 16, epochs: 1, maxLength: 20, shuffleBuffer: 2000 },
  engine: 'eager',
  signal: controller.signal,
  onProgress: ({ step }) => step >= steps && controller.abort(),
})
const told = {
  steps: trainResult?.steps,
  stoppedBy: trainResult?.stoppedBy,
  words: pipelines.source.vocabulary.size,
  heapLimit: getHeapStatistics().heap_size_limit,
}
process.stdout.write(JSON.stringify(told))
