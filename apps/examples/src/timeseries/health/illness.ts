/**
 * Influenza-like illness half a year ahead: a network, DLinear and simple methods; and paths of DeepAR, of what may come.
 *
 *     npx tsx apps/examples/src/timeseries/health/illness.ts [--data national_illness.csv] [--epochs N] [--seed N] [--out DIR]
 *
 * A file has a column `date` and one for each series of numbers.
 */
import { progressDisplay } from '@attentive/core'
import {
  backtest,
  drawBacktest,
  drawComparison,
  drawForecast,
  type ForecastConfig,
  NeuralForecaster,
  readSeries,
  scoreTable,
} from '@attentive/timeseries'
import { isMain } from '../../is-main.js'
import { run } from '../../run.js'
import { contest } from '../contest.js'
import { parseSeriesOptions } from '../options.js'
import { savePictures } from '../pictures.js'
import { makeIllness } from './illness-data.js'

const baselines = ['naive', 'seasonal-naive', 'mean', 'theta'] as const
const [lookback, horizon] = [52, 24]

async function main(args: readonly string[]): Promise<undefined> {
  const { data, seed, epochs = 30, out } = parseSeriesOptions(args, { out: 'runs/illness' })
  const series = data === undefined ? makeIllness({ seed }) : await readSeries(data, { time: 'date' })
  console.log(`${series.length} weeks of ${series.channels.join(', ')}, ${data ?? 'made up'}\n`)
  const settings = (model: ForecastConfig['model']): ForecastConfig => ({
    model,
    lookback,
    horizon,
    likelihood: { type: 'point', loss: 'mae' },
    training: { epochs, optimizer: { type: 'adam', learningRate: 1e-3 }, averageDecay: 0.98 },
    seed,
  })
  const networks = {
    segrnn: settings({ name: 'segrnn', hiddenSize: 64, segmentLength: 4, attention: true }),
    linear: settings({ name: 'linear' }),
  }
  const split = [0.7, 0.1, 0.2] as const
  const { scores, forecasters, parts } = await contest({
    series,
    split,
    networks,
    baselines,
    period: 52,
    stride: 4,
  })
  console.log(`${horizon} weeks ahead\n${scoreTable(scores)}\n`)
  const [train, validation, test] = parts
  const deepar = new NeuralForecaster({
    ...settings({ name: 'deepar', hiddenSize: 32, numLayers: 1 }),
    likelihood: { type: 'studentT' },
    windowNorm: 'mean',
  })
  const display = progressDisplay()
  await deepar.fit(train, { validation, onProgress: display.onProgress })
  display.stop()
  const history = test.slice(0, -horizon)
  const paths = await deepar.predict(history, { quantiles: [0.05, 0.25, 0.75, 0.95], samples: 300, seed })
  const segrnn = forecasters.segrnn as NeuralForecaster
  await savePictures(out, {
    models: drawComparison(scores, { title: 'Errors on the test part', baselines }),
    folds: drawBacktest(await backtest(segrnn, test), { title: 'segrnn, fold after fold', series: test }),
    paths: drawForecast(paths, { title: 'DeepAR: what may come', history, actual: test.slice(-horizon) }),
  })
  for (const one of [...Object.values(forecasters), deepar]) await one.dispose()
}

if (isMain(import.meta.url)) await run(main)
