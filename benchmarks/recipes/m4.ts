/** The M4 competition (Makridakis et al. 2020): all series of a frequency by one network. */
import type { M4Recipe } from './recipe.js'

export const m4Hourly: M4Recipe = {
  task: 'm4',
  title: 'M4, hourly',
  folder: 'm4',
  files: { train: 'Hourly-train.csv', test: 'Hourly-test.csv' },
  source: 'https://github.com/Mcompetitions/M4-methods',
  terms: 'Free to use, as the organisers state.',
  period: 24,
  config: {
    model: { name: 'segrnn', hiddenSize: 256, segmentLength: 12, dropout: 0.1, attention: true },
    lookback: 168,
    horizon: 48,
    likelihood: { type: 'point', loss: 'mae' },
    scaling: 'each',
    windowNorm: 'standard',
    training: {
      batchSize: 128,
      epochs: 15,
      windowsPerEpoch: 25_600,
      optimizer: { type: 'adam', learningRate: 1e-3 },
      metric: 'loss',
      patience: 5,
      averageDecay: 0.995,
    },
  },
  naive2: { smape: 18.383, mase: 2.395 },
  seeds: [1, 2, 3],
  runs: 'm4-hourly',
}
