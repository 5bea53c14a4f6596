/**
 * ETTh1 (Zhou et al. 2021, "Informer"): hourly loads and oil temperature of an electricity transformer, seven channels
 * forecast together. 12, 4 and 4 months; standardised by the training part; all windows of the test part, as in the
 * literature since. SegRNN (Lin et al. 2023) with attention over the segments, look-back 96.
 */
import type { ForecastRecipe } from './recipe.js'

export const etth1: ForecastRecipe = {
  task: 'forecast',
  title: 'ETTh1, multivariate, look-back 96',
  folder: 'ett',
  file: 'ETTh1.csv',
  source: 'https://github.com/zhouhaoyi/ETDataset (ETT-small)',
  terms: 'ETT (Zhou et al. 2021) is under CC BY-ND 4.0.',
  read: { time: 'date' },
  split: [8640, 2880, 2880],
  horizons: [96, 192, 336, 720],
  config: {
    model: { name: 'segrnn', hiddenSize: 256, segmentLength: 24, dropout: 0.5, attention: true },
    lookback: 96,
    likelihood: { type: 'point', loss: 'mae' },
    windowNorm: 'last',
    training: {
      batchSize: 64,
      epochs: 20,
      optimizer: { type: 'adam', learningRate: 3e-4 },
      clipNorm: 1,
      metric: 'loss',
      patience: 4,
      averageDecay: 0.995,
    },
  },
  seeds: [1, 2, 3],
  runs: 'etth1',
}

/** The shortest horizon alone, a quarter of an hour; the same models. */
export const etth1Short: ForecastRecipe = {
  ...etth1,
  title: `${etth1.title}, horizon 96`,
  horizons: [96],
}

/** How much of the test part lies within adaptive conformal intervals of 90 %, around the models of horizon 96. */
export const etth1Intervals: ForecastRecipe = {
  ...etth1Short,
  title: `${etth1Short.title}, 90 % intervals`,
  intervals: { coverage: 0.9, stride: 4 },
}

/** The LSTMa of Zhou et al. 2021 (section 5.1): encoder-decoder LSTM with attention, one and two days ahead. */
export const etth1Seq2seq: ForecastRecipe = {
  ...etth1,
  title: 'ETTh1, multivariate, encoder-decoder LSTM with attention, look-back 96',
  horizons: [24, 48],
  config: {
    model: { name: 'seq2seq', hiddenSize: 64 },
    lookback: 96,
    likelihood: { type: 'point', loss: 'mae' },
    windowNorm: 'last',
    training: {
      batchSize: 64,
      epochs: 6,
      optimizer: { type: 'adam', learningRate: 1e-3 },
      metric: 'mse',
      patience: 3,
      averageDecay: 0.99,
    },
  },
  runs: 'etth1-seq2seq',
}
