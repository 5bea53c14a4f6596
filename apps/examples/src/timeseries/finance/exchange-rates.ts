/**
 * Exchange rates a week ahead: prices, returns, and how restless they will be. Says so when nothing beats the last price.
 *
 *     npx tsx apps/examples/src/timeseries/finance/exchange-rates.ts [--data exchange_rate.csv] [--epochs N] [--seed N] [--out DIR]
 *
 *     Prices: nothing beats naive by more than chance; segrnn and naive is 0.0 % better.
 *     Volatility: segrnn is 15.0 % better than the best simple method, naive.
 *
 * The networks of prices are blended with the last price by what they gained on the validation part: nothing.
 *
 * A file has a column `date` and one for each currency.
 */
import {
  drawComparison,
  drawForecast,
  type ForecastConfig,
  type ForecastScores,
  type NeuralForecaster,
  readSeries,
  scoreTable,
  type TimeSeries,
} from '@attentive/timeseries'
import { isMain } from '../../is-main.js'
import { run } from '../../run.js'
import { contest } from '../contest.js'
import { parseSeriesOptions } from '../options.js'
import { savePictures } from '../pictures.js'
import { makeRates } from './data.js'

const baselines = ['naive', 'drift', 'mean', 'ses'] as const
const [lookback, horizon] = [60, 5]

/** Logarithms of each day's price by the price before. */
export function returnsOf(prices: TimeSeries): TimeSeries {
  const C = prices.channels.length
  return prices
    .map((price, t, c) => {
      const before = t === 0 ? Number.NaN : (prices.values[(t - 1) * C + c] as number)
      return Math.log(price / before)
    })
    .slice(1)
}

/** How far prices moved, whatever the direction, in percent: the mean of a week. */
export function volatilityOf(prices: TimeSeries): TimeSeries {
  const returns = returnsOf(prices)
  const C = returns.channels.length
  return returns
    .map((_, t, c) => {
      const week = Array.from(
        { length: Math.min(5, t + 1) },
        (_, k) => returns.values[(t - k) * C + c] as number,
      )
      const known = week.filter((value) => !Number.isNaN(value))
      return known.length === 0
        ? Number.NaN
        : (100 * known.reduce((sum, r) => sum + Math.abs(r), 0)) / known.length
    })
    .slice(4)
}

async function main(args: readonly string[]): Promise<undefined> {
  const { data, seed, epochs = 10, out } = parseSeriesOptions(args, { out: 'runs/exchange-rates' })
  const prices = data === undefined ? makeRates({ seed }) : await readSeries(data, { time: 'date' })
  console.log(`${prices.length} days of ${prices.channels.join(', ')}, ${data ?? 'made up'}\n`)
  const settings = (model: ForecastConfig['model'], windowNorm: 'last' | 'none'): ForecastConfig => ({
    model,
    lookback,
    horizon,
    windowNorm,
    likelihood: { type: 'point', loss: 'mae' },
    training: { epochs, optimizer: { type: 'adam', learningRate: 5e-4 }, averageDecay: 0.99 },
    seed,
  })
  const tasks = {
    Prices: { series: prices, windowNorm: 'last', blendWith: 'naive' },
    Returns: { series: returnsOf(prices), windowNorm: 'none' },
    Volatility: { series: volatilityOf(prices), windowNorm: 'last' },
  } as const
  for (const [title, { series, windowNorm, ...more }] of Object.entries(tasks)) {
    const networks = {
      segrnn: settings({ name: 'segrnn', hiddenSize: 32, segmentLength: 5 }, windowNorm),
      'lstm-attention': settings({ name: 'lstm-attention', hiddenSize: 32 }, windowNorm),
    }
    const split = [0.7, 0.1, 0.2] as const
    const { scores, forecasters, parts } = await contest({
      series,
      split,
      networks,
      baselines,
      ...more,
      period: 1,
      stride: 5,
    })
    console.log(`${title}, ${horizon} days ahead, ${scores.naive?.windows} windows\n${scoreTable(scores)}`)
    console.log(`${verdict(title, scores)}\n`)
    const history = parts[2].slice(0, -horizon)
    const best = forecasters[bestOf(scores, Object.keys(networks))] as NeuralForecaster
    const forecast = await best.predict(history)
    await savePictures(out, {
      [`${title.toLowerCase()}-models`]: drawComparison(scores, { title, baselines }),
      [`${title.toLowerCase()}-forecast`]: drawForecast(forecast, {
        title: `${title}: ${best.name}`,
        history,
        actual: parts[2].slice(-horizon),
      }),
    })
    for (const forecaster of Object.values(forecasters)) await forecaster.dispose()
  }
}

const bestOf = (scores: Record<string, ForecastScores>, names: readonly string[]): string =>
  names.reduce((best, name) => (errorOf(scores, name) < errorOf(scores, best) ? name : best))

/** Standardised, so that each currency counts alike. */
const errorOf = (scores: Record<string, ForecastScores>, name: string): number =>
  scores[name]?.standardised?.mae ?? Number.POSITIVE_INFINITY

/** What the table says, honestly. */
export function verdict(title: string, scores: Record<string, ForecastScores>): string {
  const simple = bestOf(scores, baselines)
  const network = bestOf(
    scores,
    Object.keys(scores).filter((name) => !(baselines as readonly string[]).includes(name)),
  )
  const gain = 100 * (1 - errorOf(scores, network) / errorOf(scores, simple))
  if (gain > 1)
    return `${title}: ${network} is ${gain.toFixed(1)} % better than the best simple method, ${simple}.`
  const difference = `${Math.abs(gain).toFixed(1)} % ${gain < 0 ? 'worse' : 'better'}`
  return `${title}: nothing beats ${simple} by more than chance; ${network} is ${difference}.`
}

if (isMain(import.meta.url)) await run(main)
