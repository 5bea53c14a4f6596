/** Forecasts of a trained network: histories in batches through one compiled graph, and back into original units. */
import {
  type Compiled,
  type CompileOptions,
  compile,
  DataError,
  InvalidArgumentError,
  type NdArray,
  Rng,
} from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import { requireCounts, requireHorizon } from '../checks.js'
import { restorer } from '../scaling/channel-transform.js'
import { TimeSeries } from '../series/index.js'
import { argumentNamed } from '../series/time-series.js'
import { quantileOf } from '../statistics/quantile.js'
import { chunks, evaluationBatchSize } from '../training/evaluation-batches.js'
import type { ParsedForecastConfig } from './config.js'
import { type Fitted, prepare, requireLike, scalesFor } from './fitted.js'
import { Forecast, type LookbackAttention } from './forecast.js'
import { type ForecastParts, forecastGraph, inputAxes } from './forecast-graph.js'
import type { PredictOptions } from './forecaster.js'
import { type Future, futureRows, futuresOf } from './future-covariates.js'
import { AutoregressiveNetwork, type NetworkInputs } from './network.js'
import { PathSampler } from './path-sampler.js'
import type { Scales } from './prepared-series.js'
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
  private readonly compiled: Compiled<{ inputs: NetworkInputs }, Prediction> | null
  /** In its place, for networks that walk on samples. */
  private readonly sampler: PathSampler | null

  constructor(
    private readonly trained: TrainedParts,
    engine: CompileOptions,
  ) {
    const { parts } = trained
    const { network } = parts
    const walks = network instanceof AutoregressiveNetwork
    this.sampler = walks ? new PathSampler({ ...parts, network }, engine) : null
    this.compiled = walks ? null : compileForecast(parts, engine)
  }

  async predict(histories: readonly TimeSeries[], options: PredictOptions): Promise<Forecast[]> {
    const { horizon = this.trained.config.horizon } = options
    requireHorizon(horizon, this.trained.config.horizon)
    this.requireQuantiles(options)
    const futures = futuresOf(options, histories.length)
    const forecasts: Forecast[] = []
    const { samples = usualSamples, seed = 1, quantiles: levels = [] } = options
    requireCounts({ samples }, 'a positive whole number')
    const asked = { horizon, levels, samples, seed }
    const size = this.sampler ? Math.max(1, Math.floor(rowsTogether / samples)) : evaluationBatchSize
    for (const chunk of chunks(histories.length, size)) {
      const some = chunk.map((i) => histories[i] as TimeSeries)
      forecasts.push(
        ...(await this.predictChunk(
          some,
          chunk.map((i) => futures[i] as Future),
          asked,
        )),
      )
    }
    return forecasts
  }

  async dispose(): Promise<void> {
    await this.compiled?.dispose()
    await this.sampler?.dispose()
  }

  private async predictChunk(
    histories: readonly TimeSeries[],
    futures: readonly Future[],
    asked: Asked,
  ): Promise<Forecast[]> {
    const { config, fitted, parts } = this.trained
    const { lookback } = config
    const scales = histories.map((history) => scalesFor(history, fitted, config))
    const prepared = histories.map((history, i) => {
      const whole = this.lookbackAndHorizon(history, futures[i] as Future)
      return prepare(whole, fitted, config, scales[i] as Scales)
    })
    const windows = new Windows(prepared, parts.network.sizes)
    const inputs = windows.inputs(prepared.map((_, series) => ({ series, row: lookback })))
    const readOptions = (b: number): ReadOptions => ({
      history: histories[b] as TimeSeries,
      scales: (scales[b] as Scales).target,
      ...asked,
    })
    if (this.sampler) {
      const rngs = histories.map((history) => new Rng(seedOf(history, asked.seed)))
      const paths = await this.sampler.sample(inputs, { samples: asked.samples, rngs })
      return histories.map((_, b) => this.readPaths(paths, b, readOptions(b)))
    }
    const result = (await this.compiled?.({ inputs })) as FetchedPrediction
    return histories.map((_, b) => this.read(result, b, readOptions(b)))
  }

  /** The last L rows of the history and, where future covariates are read, the H rows that follow, targets unknown. */
  private lookbackAndHorizon(history: TimeSeries, future: Future): TimeSeries {
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
    if (this.trained.parts.network.sizes.futureCovariates === 0) return last
    const rows = known.length === 0 ? null : futureRows(history, future, { channels: known, horizon })
    const values = new Float64Array(horizon * channels.length).fill(Number.NaN)
    for (const [f, name] of known.entries())
      for (let h = 0; h < horizon; h++)
        values[h * channels.length + channels.indexOf(name)] = rows?.values[h * known.length + f] as number
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
    const restored = this.restoredBy(scales)
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

  /** Point and quantiles are those of the paths: the point is their median. */
  private readPaths(
    paths: Float32Array,
    b: number,
    { history, scales, horizon, levels, samples: N }: ReadOptions,
  ): Forecast {
    const channels = this.trained.fitted.roles.target
    const C = channels.length
    const perPath = this.trained.config.horizon * C
    const count = horizon * C
    const samples = new Float64Array(N * count)
    const restored = this.restoredBy(scales)
    for (let n = 0; n < N; n++)
      for (let at = 0; at < count; at++)
        samples[n * count + at] = restored(at, paths[(b * N + n) * perPath + at] as number)
    const values = new Float64Array(count)
    const quantiles = new Map(levels.map((level) => [level, new Float64Array(count)]))
    for (let at = 0; at < count; at++) {
      const sorted = Float64Array.from({ length: N }, (_, n) => samples[n * count + at] as number).sort()
      values[at] = quantileOf(sorted, 0.5)
      for (const [level, series] of quantiles) series[at] = quantileOf(sorted, level)
    }
    const index = history.index.after(horizon)
    return new Forecast({ index, channels, values, quantiles, samples, name: history.name })
  }

  /** From a scaled and transformed value at a place of `[H, C]` to an original one. */
  private restoredBy({ scale, center }: Scales['target']): (at: number, scaled: number) => number {
    const { roles, transform } = this.trained.fitted
    const C = roles.target.length
    const original = restorer(transform)
    return (at, scaled) => original(scaled * (scale[at % C] as number) + (center[at % C] as number), at % C)
  }

  private attentionOf({ data, shape }: NdArray, b: number, history: TimeSeries): LookbackAttention {
    const [, rows, L] = shape as [number, number, number]
    const weights = (data as Float32Array).slice(b * rows * L, (b + 1) * rows * L)
    return { index: history.index.slice(history.length - L), weights, rows }
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

interface Asked {
  horizon: number
  levels: readonly number[]
  samples: number
  seed: number
}

interface ReadOptions extends Asked {
  history: TimeSeries
  scales: Scales['target']
}

/** Paths of a forecast, where nobody says how many. */
const usualSamples = 200
/** Paths that are walked together. */
const rowsTogether = 12_800

function compileForecast(
  parts: ForecastParts,
  engine: CompileOptions,
): Compiled<{ inputs: NetworkInputs }, Prediction> {
  return compile(
    ({ inputs }: { inputs: NetworkInputs }) => {
      const { parameters, attention } = forecastGraph(parts, inputs)
      return { point: parts.likelihood.point(parameters), parameters, attention }
    },
    { ...engine, freeze: true, axes: inputAxes(parts.network.sizes), dataParallel: { axis: 'B' } },
  )
}

/** A seed for each series and origin (hash FNV-1a), whatever it is forecast together with. */
function seedOf({ name, index }: TimeSeries, seed: number): number {
  let hash = 0x811c9dc5
  for (const character of `${seed} ${name} ${index.at(index.length)}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193)
  return hash >>> 0
}
