/** Forecasts of a trained network: histories in batches through one compiled graph, and back into original units. */
import {
  type Compiled,
  type CompileOptions,
  compile,
  DataError,
  InvalidArgumentError,
  type NdArray,
} from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import { TimeSeries } from '../series/index.js'
import { argumentNamed } from '../series/time-series.js'
import type { ParsedForecastConfig } from './config.js'
import { type Fitted, prepare, requireLike, scalesFor } from './fitted.js'
import { Forecast, type LookbackAttention } from './forecast.js'
import { type ForecastParts, forecastGraph, inputAxes } from './forecast-graph.js'
import type { PredictOptions } from './forecaster.js'
import type { NetworkInputs } from './network.js'
import type { Scales } from './prepared-series.js'
import { chunks, evaluationBatchSize } from './validation.js'
import { Windows } from './windows.js'

export interface TrainedParts {
  config: ParsedForecastConfig
  fitted: Fitted
  parts: ForecastParts
}

/** What the graph returns: `[B, H, C]`, `[B, H, C, O]`, `[B, Q, L]`. */
type Prediction = { point: tf.Tensor; parameters: tf.Tensor; attention: tf.Tensor | null }
type FetchedPrediction = { point: NdArray; parameters: NdArray; attention: NdArray | null }

export class Predictor {
  private readonly compiled: Compiled<{ inputs: NetworkInputs }, Prediction>

  constructor(
    private readonly trained: TrainedParts,
    engine: CompileOptions,
  ) {
    const { parts } = trained
    this.compiled = compile(
      ({ inputs }: { inputs: NetworkInputs }) => {
        const { parameters, attention } = forecastGraph(parts, inputs)
        return { point: parts.likelihood.point(parameters), parameters, attention }
      },
      { ...engine, freeze: true, axes: inputAxes(parts.network.sizes) },
    )
  }

  async predict(histories: readonly TimeSeries[], options: PredictOptions): Promise<Forecast[]> {
    const horizon = this.horizonOf(options)
    this.requireQuantiles(options)
    const futures = futuresOf(options, histories.length)
    const forecasts: Forecast[] = []
    for (const chunk of chunks(histories.length, evaluationBatchSize)) {
      const some = chunk.map((i) => histories[i] as TimeSeries)
      const asked = { horizon, levels: options.quantiles ?? [] }
      forecasts.push(
        ...(await this.predictChunk(
          some,
          chunk.map((i) => futures?.[i] ?? null),
          asked,
        )),
      )
    }
    return forecasts
  }

  dispose(): Promise<void> {
    return this.compiled.dispose()
  }

  private async predictChunk(
    histories: readonly TimeSeries[],
    futures: readonly (TimeSeries | null)[],
    asked: { horizon: number; levels: readonly number[] },
  ): Promise<Forecast[]> {
    const { config, fitted, parts } = this.trained
    const { lookback } = config
    const scales = histories.map((history) => scalesFor(history, fitted, config))
    const prepared = histories.map((history, i) => {
      const whole = this.lookbackAndHorizon(history, futures[i] ?? null)
      return prepare(whole, fitted, config, scales[i] as Scales)
    })
    const windows = new Windows(prepared, parts.network.sizes)
    const inputs = windows.inputs(prepared.map((_, series) => ({ series, row: lookback })))
    const result = (await this.compiled({ inputs })) as FetchedPrediction
    return histories.map((history, b) =>
      this.read(result, b, { history, scales: (scales[b] as Scales).target, ...asked }),
    )
  }

  /** The last L rows of the history and, where future covariates are read, the H rows that follow, targets unknown. */
  private lookbackAndHorizon(history: TimeSeries, future: TimeSeries | null): TimeSeries {
    const { fitted, config } = this.trained
    requireLike(history, fitted, 'history')
    const { lookback, horizon } = config
    if (history.length < lookback)
      throw new DataError({
        argument: argumentNamed('history', history.name),
        expected: `at least ${lookback} rows, the look-back`,
        received: String(history.length),
        hint: 'Pass a longer history, or train with a shorter look-back.',
      })
    const { target, past, future: known } = fitted.roles
    const channels = [...target, ...past, ...known]
    const last = history.select(channels).slice(history.length - lookback)
    if (known.length === 0) return last
    const rows = futureRows(history, future, known, horizon)
    const values = new Float64Array(horizon * channels.length).fill(Number.NaN)
    for (const [f, name] of known.entries())
      for (let h = 0; h < horizon; h++)
        values[h * channels.length + channels.indexOf(name)] = rows.values[h * known.length + f] as number
    return last.concat(new TimeSeries({ values, channels, index: last.index.after(horizon) }))
  }

  private read(
    { point, parameters, attention }: FetchedPrediction,
    b: number,
    { history, scales, horizon, levels }: ReadOptions,
  ): Forecast {
    const { likelihood } = this.trained.parts
    const channels = this.trained.fitted.roles.target
    const C = channels.length
    const count = horizon * C
    const perWindow = this.trained.config.horizon * C
    const O = likelihood.size
    const restored = (at: number, scaled: number) =>
      scaled * (scales.scale[at % C] as number) + (scales.center[at % C] as number)
    const values = Float64Array.from({ length: count }, (_, at) =>
      restored(at, point.data[b * perWindow + at] as number),
    )
    const numbers = parameters.data as Float32Array
    const parametersAt = (at: number) =>
      numbers.subarray((b * perWindow + at) * O, (b * perWindow + at + 1) * O)
    const quantiles = new Map(levels.map((level) => [level, new Float64Array(count)]))
    for (let at = 0; at < count && levels.length > 0; at++)
      for (const [k, value] of (likelihood.quantiles?.(parametersAt(at), levels) ?? []).entries())
        (quantiles.get(levels[k] as number) as Float64Array)[at] = restored(at, value)
    return new Forecast({
      index: history.index.after(horizon),
      channels,
      values,
      quantiles,
      attention: attention && this.attentionOf(attention, b, history),
      name: history.name,
    })
  }

  private attentionOf({ data, shape }: NdArray, b: number, history: TimeSeries): LookbackAttention {
    const [, rows, L] = shape as [number, number, number]
    const weights = (data as Float32Array).slice(b * rows * L, (b + 1) * rows * L)
    return { index: history.index.slice(history.length - L), weights, rows }
  }

  private horizonOf({ horizon = this.trained.config.horizon }: PredictOptions): number {
    const longest = this.trained.config.horizon
    if (Number.isInteger(horizon) && horizon >= 1 && horizon <= longest) return horizon
    throw new InvalidArgumentError({
      argument: 'horizon',
      expected: `1 … ${longest} steps, for which the model was trained`,
      received: String(horizon),
    })
  }

  private requireQuantiles({ quantiles = [] }: PredictOptions): void {
    for (const level of quantiles)
      if (!(level > 0 && level < 1))
        throw new InvalidArgumentError({
          argument: 'quantiles',
          expected: 'levels between 0 and 1',
          received: String(level),
        })
    if (quantiles.length === 0 || this.trained.parts.likelihood.quantiles) return
    throw new InvalidArgumentError({
      argument: 'quantiles',
      expected: 'none, as this model was trained for points alone',
      received: quantiles.join(', '),
      hint: 'Train with `likelihood: { type: "quantiles" }`, or calibrate intervals on held-out data.',
    })
  }
}

interface ReadOptions {
  history: TimeSeries
  scales: Scales['target']
  horizon: number
  levels: readonly number[]
}

function futuresOf({ future }: PredictOptions, count: number): readonly TimeSeries[] | null {
  if (future === undefined) return null
  const futures = future instanceof TimeSeries ? [future] : future
  if (futures.length === count) return futures
  throw new InvalidArgumentError({
    argument: 'future',
    expected: `${count}, one for each history`,
    received: String(futures.length),
  })
}

/** Known channels over the horizon. @throws DataError when they are not known for all of it. */
function futureRows(
  history: TimeSeries,
  future: TimeSeries | null,
  channels: readonly string[],
  horizon: number,
): TimeSeries {
  const wanted = history.index.after(horizon)
  const span = `${wanted.at(0)} … ${wanted.at(horizon - 1)}`
  const first = future ? future.index.indexOf(wanted.at(0)) : -1
  if (!future || first < 0 || first + horizon > future.length)
    throw new DataError({
      argument: 'future',
      expected: `${channels.join(', ')} for all ${horizon} steps of the horizon, ${span}`,
      received: future ? `${future.index.at(0)} … ${future.index.at(future.length - 1)}` : 'none',
    })
  return future.select(channels).slice(first, first + horizon)
}
