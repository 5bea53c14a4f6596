/** `npm run bench -- decoding`: beam search with the translation model, batched, counted in sentences a second. */
import type { Bench, BenchRow } from '../harness/bench.js'

function beamSearch(batch: number, sourceTime: number, precision?: 'int8'): BenchRow {
  const beamSize = 5
  return {
    name: `beam ${beamSize}, ${batch} sentences of up to ${sourceTime} words${precision ? `, ${precision}` : ''}`,
    case: 'beam-search',
    options: {
      vocabularySize: 8000,
      embeddingSize: 256,
      hiddenSize: 256,
      batch,
      sourceTime,
      beamSize,
      maxLength: 2 * sourceTime,
      ...(precision ? { precision } : {}),
    },
    throughput: { items: batch, unit: 'sentences/s' },
  }
}

export const decodingBench: Bench = {
  rows: [undefined, 'int8' as const].flatMap((precision) => [
    beamSearch(64, 15, precision),
    beamSearch(64, 25, precision),
    beamSearch(1, 15, precision),
  ]),
}
