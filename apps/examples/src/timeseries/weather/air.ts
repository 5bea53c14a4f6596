/**
 * Fine dust a day ahead from its past and the weather, by LSTM with attention, with intervals. The table is read into a
 * danfojs DataFrame, looked at there, and handed over.
 *
 *     npx tsx apps/examples/src/timeseries/weather/air.ts [--data pollution.csv] [--epochs N] [--seed N] [--out DIR]
 *
 * A file is the UCI's "Beijing PM2.5": columns year, month, day, hour, pm2.5, DEWP, TEMP, PRES, Iws, Is, Ir.
 */
import {
  ConformalForecaster,
  drawAttention,
  drawComparison,
  drawErrorsByHorizon,
  drawForecast,
  evaluate,
  type ForecastConfig,
  type NeuralForecaster,
  readSeries,
  scoreTable,
  seriesFromDataFrame,
  type TimeSeries,
} from '@attentive/timeseries'
import * as danfo from 'danfojs-node'
import { isMain } from '../../is-main.js'
import { run } from '../../run.js'
import { contest } from '../contest.js'
import { parseSeriesOptions } from '../options.js'
import { savePictures } from '../pictures.js'
import { makeAir } from './data.js'

const baselines = ['naive', 'seasonal-naive', 'mean', 'theta'] as const
const [lookback, horizon] = [72, 24]

interface Air {
  series: TimeSeries
  target: string
  weather: string[]
}

async function main(args: readonly string[]): Promise<undefined> {
  const { data, seed, epochs = 6, out } = parseSeriesOptions(args, { out: 'runs/air' })
  const { series, target, weather } = data === undefined ? await madeUp(seed) : await beijing(data)
  const missing = series.channel(target).filter(Number.isNaN).length
  console.log(
    `${series.length} hours of ${series.channels.join(', ')}; ${target} is missing in ${missing} of them\n`,
  )
  const settings = (model: ForecastConfig['model'], past: string[]): ForecastConfig => ({
    model,
    lookback,
    horizon,
    target: [target],
    past,
    likelihood: { type: 'point', loss: 'mae' },
    training: { epochs, stride: 2, optimizer: { type: 'adam', learningRate: 1e-3 }, averageDecay: 0.99 },
    seed,
  })
  const networks = {
    'lstm-attention': settings({ name: 'lstm-attention', hiddenSize: 48 }, weather),
    linear: settings({ name: 'linear' }, []),
  }
  const split = [0.7, 0.1, 0.2] as const
  const { scores, forecasters, parts } = await contest({
    series,
    split,
    networks,
    baselines,
    period: 24,
    stride: 24,
  })
  const [train, validation, test] = parts
  const forecaster = forecasters['lstm-attention'] as NeuralForecaster
  const calibrated = await ConformalForecaster.calibrate(forecaster, validation, {
    coverages: [0.8, 0.9],
    stride: 3,
    adapt: true,
  })
  scores['lstm-attention'] = await evaluate(calibrated, test, {
    stride: 24,
    coverages: [0.8, 0.9],
    scale: forecaster.scale,
    train,
    period: 24,
  })
  console.log(`${horizon} hours ahead, once a day of the test part\n${scoreTable(scores)}\n`)
  const history = test.slice(0, -horizon)
  const forecast = await calibrated.predict(history, { quantiles: [0.05, 0.1, 0.9, 0.95] })
  await savePictures(out, {
    forecast: drawForecast(forecast, {
      title: 'The last day',
      history,
      actual: test.slice(-horizon),
      rows: 96,
    }),
    attention: drawAttention(forecast, { title: 'What the forecast looked back on', history }),
    models: drawComparison(scores, { title: 'Errors on the test part', baselines }),
    horizon: drawErrorsByHorizon(scores, { title: 'Errors by hours ahead' }),
  })
  for (const one of Object.values(forecasters)) await one.dispose()
}

/** As a person with a DataFrame would do it. */
async function madeUp(seed: number): Promise<Air> {
  const frame = new danfo.DataFrame(makeAir({ seed }))
  frame.head(5).print()
  const series = await seriesFromDataFrame(frame, { time: 'time' })
  return { series, target: 'dust', weather: ['temperature', 'pressure', 'wind', 'rain'] }
}

async function beijing(file: string): Promise<Air> {
  const weather = ['DEWP', 'TEMP', 'PRES', 'Iws', 'Is', 'Ir']
  const time = ['year', 'month', 'day', 'hour']
  return {
    series: await readSeries(file, { time, channels: ['pm2.5', ...weather] }),
    target: 'pm2.5',
    weather,
  }
}

if (isMain(import.meta.url)) await run(main)
