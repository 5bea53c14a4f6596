/** A forecast: a point for every step and channel, and what the model says of its uncertainty. */
import { InvalidArgumentError } from '@attentive/core'
import { requireProbability } from '../checks.js'
import { type TimeIndex, TimeSeries } from '../series/index.js'

export interface ForecastOptions {
  index: TimeIndex
  channels: readonly string[]
  /** `[H, C]` */
  values: Float64Array
  /** By level, `[H, C]` each. */
  quantiles?: ReadonlyMap<number, Float64Array>
  /** N paths, `[N, H, C]`. */
  samples?: Float64Array | null
  attention?: LookbackAttention | null
  name?: string
}

/** How much each step of the look-back counted. */
export interface LookbackAttention {
  /** The look-back. */
  index: TimeIndex
  /** `[Q, L]`, one row for each part of the horizon (or one for all of it); rows sum to 1. */
  weights: Float32Array
  /** Q */
  rows: number
}

export class Forecast {
  readonly index: TimeIndex
  readonly channels: readonly string[]
  /** The point forecast, `[H, C]` row by row. */
  readonly values: Float64Array
  readonly quantiles: ReadonlyMap<number, Float64Array>
  readonly samples: Float64Array | null
  readonly attention: LookbackAttention | null
  /** Name of the series that is forecast. */
  readonly name: string

  constructor(options: ForecastOptions) {
    this.index = options.index
    this.channels = options.channels
    this.values = options.values
    this.quantiles = options.quantiles ?? new Map()
    this.samples = options.samples ?? null
    this.attention = options.attention ?? null
    this.name = options.name ?? ''
  }

  /** H */
  get length(): number {
    return this.index.length
  }

  /** The point forecast as a series. */
  series(): TimeSeries {
    return this.seriesOf(this.values)
  }

  /**
   * The values below which the truth lies with probability `level`.
   * @throws InvalidArgumentError when the forecast was made without this level.
   */
  quantile(level: number): TimeSeries {
    const values = this.quantiles.get(level)
    if (values) return this.seriesOf(values)
    const known = [...this.quantiles.keys()].join(', ')
    throw new InvalidArgumentError({
      argument: 'level',
      expected: known === '' ? 'a forecast with quantiles' : `one of ${known}`,
      received: String(level),
      hint: 'Ask for it: predict(history, { quantiles: [0.05, 0.5, 0.95] }).',
    })
  }

  /** The interval that the truth lies in with probability `coverage`, as much left out above as below. */
  interval(coverage: number): { lower: TimeSeries; upper: TimeSeries } {
    const [below, above] = intervalLevels(coverage)
    return { lower: this.quantile(below), upper: this.quantile(above) }
  }

  /** Rows with `time`, a number for each channel, and for each quantile one under `channel:q0.9`. */
  toRecords(): Record<string, number | string>[] {
    const C = this.channels.length
    return Array.from({ length: this.length }, (_, t) => {
      const record: Record<string, number | string> = { time: this.index.at(t) }
      for (const [c, channel] of this.channels.entries()) {
        record[channel] = this.values[t * C + c] as number
        for (const [level, values] of this.quantiles)
          record[`${channel}:q${level}`] = values[t * C + c] as number
      }
      return record
    })
  }

  private seriesOf(values: Float64Array): TimeSeries {
    return new TimeSeries({ values, channels: this.channels, index: this.index, name: this.name })
  }
}

/** Both levels of a central interval, free of rounding: 0.9 → 0.05 and 0.95. @throws InvalidArgumentError */
export function intervalLevels(coverage: number): [number, number] {
  requireProbability('coverage', coverage)
  const clean = (level: number) => Number(level.toFixed(10))
  return [clean((1 - coverage) / 2), clean((1 + coverage) / 2)]
}
