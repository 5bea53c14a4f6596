/** Forecasts of health, air and money, each beside the simple methods and DLinear. */
import type { ForecastRecipe } from './recipe.js'

/**
 * Weekly influenza-like illness in the USA, seven channels forecast together, half a year ahead; the split of the
 * literature since Autoformer.
 */
export const illness: ForecastRecipe = {
  task: 'forecast',
  title: 'Influenza-like illness, multivariate, look-back 104',
  folder: 'illness',
  file: 'national_illness.csv',
  source: 'CDC ILINet, as collected with Autoformer (https://github.com/thuml/Autoformer)',
  terms: 'Public domain.',
  read: { time: 'date' },
  split: [0.7, 0.1, 0.2],
  horizons: [24],
  config: {
    model: { name: 'segrnn', hiddenSize: 128, segmentLength: 12, dropout: 0.2, attention: true },
    lookback: 104,
    likelihood: { type: 'point', loss: 'mse' },
    windowNorm: 'standard',
    training: {
      epochs: 60,
      optimizer: { type: 'adam', learningRate: 1e-3 },
      metric: 'mse',
      patience: 12,
      averageDecay: 0.99,
    },
  },
  seeds: [1, 2, 3],
  runs: 'illness',
  beside: true,
}

/** Hourly fine dust in Beijing, a day ahead from every midnight, by LSTM with attention that sees the weather, too. */
export const beijing: ForecastRecipe = {
  task: 'forecast',
  title: 'Beijing PM2.5 from its past and the weather, look-back 72',
  folder: 'weather-air',
  file: 'pollution.csv',
  source: 'UCI, Beijing PM2.5 (https://archive.ics.uci.edu/dataset/381)',
  terms: 'CC BY 4.0 (Liang et al. 2015).',
  read: {
    time: ['year', 'month', 'day', 'hour'],
    channels: ['pm2.5', 'DEWP', 'TEMP', 'PRES', 'Iws', 'Is', 'Ir'],
  },
  split: [0.7, 0.1, 0.2],
  horizons: [24],
  config: {
    model: { name: 'lstm-attention', hiddenSize: 64 },
    lookback: 72,
    target: ['pm2.5'],
    past: ['DEWP', 'TEMP', 'PRES', 'Iws', 'Is', 'Ir'],
    likelihood: { type: 'point', loss: 'mae' },
    windowNorm: 'last',
    training: {
      epochs: 8,
      optimizer: { type: 'adam', learningRate: 1e-3 },
      metric: 'mse',
      patience: 3,
      averageDecay: 0.99,
    },
  },
  seeds: [1, 2, 3],
  runs: 'beijing-pm25',
  stride: 24,
  beside: true,
  intervals: { coverage: 0.9, stride: 6 },
}

/**
 * Daily exchange rates of eight countries, all together, a quarter of a year ahead. Rates hardly can be forecast: the
 * network departs from the last value as far as the validation part bears it out.
 */
export const exchangeRate: ForecastRecipe = {
  task: 'forecast',
  title: 'Exchange rates, multivariate, look-back 32, blended with the last value',
  folder: 'exchange-rate',
  file: 'exchange_rate.csv',
  source: 'Lai et al. 2018 (https://github.com/laiguokun/multivariate-time-series-data)',
  terms: 'No licence is stated.',
  read: { time: 'date' },
  split: [0.7, 0.1, 0.2],
  horizons: [96],
  config: {
    model: { name: 'segrnn', hiddenSize: 64, segmentLength: 32 },
    lookback: 32,
    likelihood: { type: 'point', loss: 'mae' },
    windowNorm: 'last',
    training: {
      epochs: 10,
      optimizer: { type: 'adam', learningRate: 3e-4 },
      metric: 'mse',
      patience: 4,
      averageDecay: 0.99,
    },
  },
  seeds: [1, 2, 3],
  runs: 'exchange-rate',
  blend: { name: 'naive' },
  beside: true,
}
