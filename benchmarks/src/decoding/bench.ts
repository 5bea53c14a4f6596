/** `pnpm bench decoding`: beam search with the translation model, batched, counted in sentences a second. */
import type { Bench, BenchRow } from '../harness/bench.js'

function beamSearch(batch: number, sourceTime: number, beamSize: number): BenchRow {
  return {
    name: `beam ${beamSize}, ${batch} sentences of up to ${sourceTime} words`,
    case: 'beam-search',
    options: {
      vocabularySize: 8000,
      embeddingSize: 256,
      hiddenSize: 256,
      batch,
      sourceTime,
      beamSize,
      maxLength: 2 * sourceTime,
    },
    throughput: { items: batch, unit: 'sentences/s' },
  }
}

export const decodingBench: Bench = {
  rows: [beamSearch(64, 15, 5), beamSearch(64, 25, 5), beamSearch(1, 15, 5)],
}
