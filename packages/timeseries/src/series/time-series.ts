/** TimeSeries: channels of numbers at regular steps. */
import { DataError, InvalidArgumentError, ShapeError } from '@attentive/core'
import { nearestName } from './nearest-name.js'
import { TimeIndex } from './time-index.js'

export type Statics = Readonly<Record<string, number | string>>

export interface TimeSeriesOptions {
  /** `[T, C]` row by row, a row for each step, or a number for each step of one channel; NaN = missing. */
  values: Float64Array | readonly number[] | readonly (readonly number[])[]
  /** Default `value`, or `value1`, `value2`, … */
  channels?: readonly string[]
  /** Default: steps that are counted. */
  index?: TimeIndex
  /** Of the series in a panel. Default none. */
  name?: string
  /** Features of the whole series. */
  statics?: Statics
}

/**
 * Numbers at regular steps, one or many channels, none infinite; missing ones are NaN. It is never changed: what looks
 * like a change is a new series, and parts of rows are views of the same memory.
 *
 * @example
 * const load = new TimeSeries({
 *   values: [12.1, 13.4, 12.8],
 *   channels: ['load'],
 *   index: TimeIndex.from({ start: '2024-01-01 00:00', frequency: '1h', length: 3 }),
 * })
 * load.slice(-2).index.at(0) // '2024-01-01 01:00'
 */
export class TimeSeries {
  readonly index: TimeIndex
  readonly channels: readonly string[]
  /** `[T, C]`, row by row. */
  readonly values: Float64Array
  readonly name: string
  readonly statics: Statics

  /**
   * @throws ShapeError when there are not T · C values. @throws DataError when one is infinite.
   * @throws InvalidArgumentError when channel names are missing, empty or not distinct.
   */
  constructor(options: TimeSeriesOptions) {
    const parts = partsOf(options)
    this.index = parts.index
    this.channels = parts.channels
    this.values = parts.values
    this.name = parts.name
    this.statics = parts.statics
    const infinite = firstInfinite(this.values)
    if (infinite >= 0) throw this.infinity(infinite)
  }

  /** Of values that another series has: they were looked at once, when that one was made. */
  private static ofKnown(parts: SeriesParts): TimeSeries {
    return Object.assign(Object.create(TimeSeries.prototype), parts)
  }

  /** T */
  get length(): number {
    return this.index.length
  }

  get hasMissing(): boolean {
    return this.values.some(Number.isNaN)
  }

  /** One channel's values, copied. @throws InvalidArgumentError when there is none of this name. */
  channel(name: string): Float64Array {
    const [c, C] = [this.positionOf(name), this.channels.length]
    return Float64Array.from({ length: this.length }, (_, t) => this.values[t * C + c] as number)
  }

  /** Some channels, in this order. @throws InvalidArgumentError when there is none of a name. */
  select(channels: readonly string[]): TimeSeries {
    if (channels.length === this.channels.length && channels.every((name, i) => name === this.channels[i]))
      return this
    requireNames(channels)
    const places = channels.map((name) => this.positionOf(name))
    const [from, to] = [this.channels.length, places.length]
    const values = new Float64Array(this.length * to)
    for (let t = 0; t < this.length; t++)
      for (let k = 0; k < to; k++)
        values[t * to + k] = this.values[t * from + (places[k] as number)] as number
    return TimeSeries.ofKnown({ ...this.parts, values, channels: [...channels] })
  }

  /** Rows `from` … `to` − 1, a view; negative numbers count from the end. */
  slice(from: number, to?: number): TimeSeries {
    const index = this.index.slice(from, to)
    const start = Math.min(this.length, Math.max(0, from < 0 ? from + this.length : from))
    const C = this.channels.length
    const values = this.values.subarray(start * C, (start + index.length) * C)
    return TimeSeries.ofKnown({ ...this.parts, values, index })
  }

  /** This series and the one that follows it. @throws DataError when there is a gap, or channels differ. */
  concat(later: TimeSeries): TimeSeries {
    if (later.channels.join('\n') !== this.channels.join('\n'))
      throw new DataError({
        argument: 'later.channels',
        expected: this.channels.join(', '),
        received: later.channels.join(', '),
      })
    const next = this.index.after(later.length)
    if (!next.equals(later.index))
      throw new DataError({
        argument: 'later',
        expected: `a series of ${this.index.frequency} from ${next.at(0)} on`,
        received: `one of ${later.index.frequency} from ${later.index.at(0)} on`,
      })
    const values = new Float64Array(this.values.length + later.values.length)
    values.set(this.values)
    values.set(later.values, this.values.length)
    const index = this.index.withLength(this.length + later.length)
    return TimeSeries.ofKnown({ ...this.parts, values, index })
  }

  /** The channels of both, side by side. @throws DataError when the steps differ. */
  withChannels(other: TimeSeries): TimeSeries {
    if (!this.index.equals(other.index))
      throw new DataError({
        argument: 'other',
        expected: `${this.length} steps of ${this.index.frequency} from ${this.index.at(0)} on`,
        received: `${other.length} of ${other.index.frequency} from ${other.index.at(0)} on`,
      })
    const [A, B] = [this.channels.length, other.channels.length]
    const values = new Float64Array(this.length * (A + B))
    for (let t = 0; t < this.length; t++) {
      values.set(this.values.subarray(t * A, (t + 1) * A), t * (A + B))
      values.set(other.values.subarray(t * B, (t + 1) * B), t * (A + B) + A)
    }
    const channels = [...this.channels, ...other.channels]
    requireNames(channels)
    return TimeSeries.ofKnown({ ...this.parts, values, channels })
  }

  /** Every value by a function of itself and its place. */
  map(fn: (value: number, t: number, c: number) => number): TimeSeries {
    const C = this.channels.length
    return this.with({ values: this.values.map((value, at) => fn(value, Math.floor(at / C), at % C)) })
  }

  /** The same with some of its parts exchanged. */
  with(parts: Partial<TimeSeriesOptions>): TimeSeries {
    const all = { ...this.parts, ...parts }
    return all.values === this.values ? TimeSeries.ofKnown(partsOf(all)) : new TimeSeries(all)
  }

  /** Rows as objects, with the time under `time`; missing values are null. */
  toRecords(): Record<string, number | string | null>[] {
    const C = this.channels.length
    return Array.from({ length: this.length }, (_, t) => {
      const record: Record<string, number | string | null> = { time: this.index.at(t) }
      for (const [c, channel] of this.channels.entries()) {
        const value = this.values[t * C + c] as number
        record[channel] = Number.isNaN(value) ? null : value
      }
      return record
    })
  }

  private get parts(): SeriesParts {
    const { values, channels, index, name, statics } = this
    return { values, channels, index, name, statics }
  }

  private positionOf(name: string): number {
    const place = this.channels.indexOf(name)
    if (place >= 0) return place
    const near = nearestName(name, this.channels)
    throw new InvalidArgumentError({
      argument: 'channel',
      expected: `one of ${this.channels.join(', ')}`,
      received: JSON.stringify(name),
      ...(near === null ? {} : { hint: `Did you mean "${near}"?` }),
    })
  }

  private infinity(at: number): DataError {
    const C = this.channels.length
    const which = this.name === '' ? '' : `${this.name}, `
    return new DataError({
      argument: `values (${which}${this.channels[at % C]}, ${this.index.at(Math.floor(at / C))})`,
      expected: 'finite numbers, or NaN for missing ones',
      received: String(this.values[at]),
    })
  }
}

type SeriesParts = Pick<TimeSeries, 'index' | 'channels' | 'values' | 'name' | 'statics'>

/** @throws ShapeError @throws InvalidArgumentError as the constructor does. */
function partsOf({ values, channels, index, name = '', statics = {} }: TimeSeriesOptions): SeriesParts {
  const { flat, width } = flatten(values)
  const count = channels?.length ?? width
  const names = channels ?? defaultNames(count)
  requireNames(names)
  if (flat.length % count !== 0)
    throw new ShapeError({
      argument: 'values',
      expected: `rows of ${count} channels`,
      received: `${flat.length} numbers`,
    })
  const steps = index ?? TimeIndex.steps(flat.length / count)
  if (steps.length * count !== flat.length)
    throw new ShapeError({
      argument: 'values',
      expected: `${steps.length} rows of ${count}, as the index has steps`,
      received: `${flat.length} numbers`,
    })
  return { index: steps, channels: names, values: flat, name, statics }
}

function firstInfinite(values: Float64Array): number {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number
    if (value === Infinity || value === -Infinity) return at
  }
  return -1
}

/** An argument in an error, with the series' name where it has one. */
export function argumentNamed(argument: string, name: string): string {
  return name === '' ? argument : `${argument} (${name})`
}

function flatten(values: TimeSeriesOptions['values']): { flat: Float64Array; width: number } {
  if (values instanceof Float64Array) return { flat: values, width: 1 }
  const [first] = values
  if (!Array.isArray(first)) return { flat: Float64Array.from(values as number[]), width: 1 }
  const rows = values as readonly (readonly number[])[]
  const uneven = rows.findIndex((row) => row.length !== first.length)
  if (uneven >= 0)
    throw new ShapeError({
      argument: `values[${uneven}]`,
      expected: `${first.length} numbers, as in the first row`,
      received: String(rows[uneven]?.length),
    })
  return { flat: Float64Array.from(rows.flat()), width: first.length }
}

function defaultNames(count: number): string[] {
  return count === 1 ? ['value'] : Array.from({ length: count }, (_, i) => `value${i + 1}`)
}

function requireNames(channels: readonly string[]): void {
  const bad = channels.find((name, i) => name === '' || channels.indexOf(name) !== i)
  if (channels.length > 0 && bad === undefined) return
  throw new InvalidArgumentError({
    argument: 'channels',
    expected: 'at least one name, none empty, each once',
    received: channels.length === 0 ? 'none' : JSON.stringify(bad),
  })
}
