/** What models say that are asked before they were trained. */
import { InvalidArgumentError } from '@attentive/core'
import { expect, it } from 'vitest'
import {
  AnomalyDetector,
  ChangePointFinder,
  NeuralForecaster,
  SeriesClassifier,
  TimeSeries,
} from '../../src/index.js'

const series = new TimeSeries({ values: new Float64Array(200) })
const forecaster = new NeuralForecaster({ model: { name: 'linear' }, lookback: 8, horizon: 2 })
const classifier = new SeriesClassifier({ model: { name: 'lstm-attention' } })

it.each([
  [
    () => forecaster.predict(series),
    /^linear: expected a trained model, .*fit first, or NeuralForecaster\.load/s,
  ],
  [
    () => classifier.predict(series),
    /^lstm-attention: expected a trained model, .*or SeriesClassifier\.load/s,
  ],
  [
    () => new AnomalyDetector().detect(series),
    /^autoencoder: expected a trained detector, .*or AnomalyDetector\.load/s,
  ],
  [
    () => new ChangePointFinder().find(series),
    /^finder: expected a trained one, .*train first, or ChangePointFinder\.load/s,
  ],
])('says how to come by a trained one (%#)', async (ask, message) => {
  const asking = ask()
  await expect(asking).rejects.toThrow(InvalidArgumentError)
  await expect(asking).rejects.toThrow(message)
})
