/** `npm run bench -- engine`: one LSTM layer, and the whole training step of a translation model. */
import type { Bench, BenchRow } from '../harness/bench.js'

function lstm(batch: number, time: number, size: number, backward: boolean): BenchRow {
  const what = backward ? 'forward + backward' : 'forward'
  return {
    name: `LSTM ${what} ${batch}/${time}/${size}`,
    case: 'lstm',
    options: { batch, time, size, backward },
  }
}

function trainingStep(time: number): BenchRow {
  return {
    name: `translation training step T=${time}`,
    case: 'training-step',
    options: {
      vocabularySize: 8000,
      embeddingSize: 128,
      hiddenSize: 256,
      batch: 64,
      sourceTime: time,
      targetTime: time,
    },
    variants: [{ compile: true }],
  }
}

export const engineBench: Bench = {
  rows: [
    lstm(64, 20, 256, true),
    lstm(64, 50, 512, true),
    lstm(32, 100, 128, true),
    lstm(1, 50, 256, false),
    trainingStep(15),
    trainingStep(25),
  ],
}
