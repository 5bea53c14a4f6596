/** From rows in the order of a file to one regular series: order, duplicates, gaps. */
import { DataError } from '@attentive/core'
import { GrowingNumbers } from './growing-numbers.js'
import { inferIndex, placeOnGrid } from './infer-index.js'
import type { BuildOptions } from './read-options.js'
import { resampleRows } from './resample.js'
import { TimeIndex } from './time-index.js'
import { argumentNamed, type Statics, TimeSeries } from './time-series.js'
import { timeText } from './time-text.js'

export class SeriesBuilder {
  private readonly times = new GrowingNumbers()
  private readonly lines = new GrowingNumbers()
  private readonly values = new GrowingNumbers()

  constructor(
    private readonly channels: readonly string[],
    private readonly options: BuildOptions,
    private readonly name = '',
    private readonly statics: Statics = {},
  ) {}

  /** @param time NaN where rows are merely counted. */
  add(line: number, time: number, row: ArrayLike<number>): void {
    this.lines.push(line)
    this.times.push(time)
    for (let c = 0; c < row.length; c++) this.values.push(row[c] as number)
  }

  /** @throws DataError naming lines and times. */
  build(): TimeSeries {
    const rows = { times: this.times.toArray(), values: this.values.toArray(), lines: this.lines.toArray() }
    const parts = { channels: this.channels, name: this.name, statics: this.statics }
    if (Number.isNaN(rows.times[0]))
      return new TimeSeries({ ...parts, values: rows.values, index: TimeIndex.steps(rows.times.length) })
    const ordered = this.withoutDuplicates(this.inOrder(rows))
    const { timeZone, frequency, gaps, resample } = this.options
    const grid = { timeZone, frequency, argument: this.argument }
    if (resample) return new TimeSeries({ ...parts, ...resampleRows(ordered, resample, timeZone) })
    if (gaps === 'missing') {
      const { index, places } = placeOnGrid(ordered.times, grid)
      const C = this.channels.length
      const values = new Float64Array(index.length * C).fill(Number.NaN)
      for (const [row, place] of places.entries())
        values.set(ordered.values.subarray(row * C, (row + 1) * C), place * C)
      return new TimeSeries({ ...parts, values, index })
    }
    return new TimeSeries({ ...parts, values: ordered.values, index: inferIndex(ordered.times, grid) })
  }

  private get argument(): string {
    return argumentNamed(this.options.source, this.name)
  }

  private inOrder(rows: Rows): Rows {
    const { times, lines } = rows
    const back = times.findIndex((time, i) => i > 0 && time < (times[i - 1] as number))
    if (back < 0) return rows
    if (this.options.order === 'sort') {
      const order = Array.from(times.keys()).sort((a, b) => (times[a] as number) - (times[b] as number))
      return pick(rows, order, this.channels.length)
    }
    const text = (i: number) => timeText(times[i] as number, this.options.timeZone, true)
    throw new DataError({
      argument: `${this.argument}, line ${lines[back]}`,
      expected: `a time after ${text(back - 1)}`,
      received: text(back),
      hint: 'Sort the rows, or pass `order: "sort"`.',
    })
  }

  private withoutDuplicates(rows: Rows): Rows {
    const { times, lines, values } = rows
    const C = this.channels.length
    const { duplicates } = this.options
    const first = times.findIndex((time, i) => i > 0 && time === times[i - 1])
    if (first < 0) return rows
    if (duplicates === 'error')
      throw new DataError({
        argument: `${this.argument}, line ${lines[first]}`,
        expected: 'every time once',
        received: `${timeText(times[first] as number, this.options.timeZone, true)} again`,
        hint: 'Remove one, choose by `duplicates: "first"`, `"last"` or `"mean"`, or name the column that tells series apart.',
      })
    const starts = Array.from(times.keys()).filter((i) => i === 0 || times[i] !== times[i - 1])
    if (duplicates === 'mean') return { ...pick(rows, starts, C), values: groupMeans(values, starts, C) }
    const lasts = starts.map((_, k) => (starts[k + 1] ?? times.length) - 1)
    return pick(rows, duplicates === 'first' ? starts : lasts, C)
  }
}

export interface Rows {
  /** Milliseconds, one a row. */
  times: Float64Array
  /** `[T, C]` */
  values: Float64Array
  lines: Float64Array
}

function pick({ times, values, lines }: Rows, order: readonly number[], C: number): Rows {
  const chosen = new Float64Array(order.length * C)
  for (const [to, from] of order.entries()) chosen.set(values.subarray(from * C, (from + 1) * C), to * C)
  const at = (numbers: Float64Array) => Float64Array.from(order, (i) => numbers[i] as number)
  return { times: at(times), values: chosen, lines: at(lines) }
}

/** Means of the rows from each start to the next, of what is not missing. */
function groupMeans(values: Float64Array, starts: readonly number[], C: number): Float64Array {
  const rows = values.length / C
  return Float64Array.from({ length: starts.length * C }, (_, at) => {
    const group = Math.floor(at / C)
    let [sum, count] = [0, 0]
    for (let row = starts[group] as number; row < (starts[group + 1] ?? rows); row++) {
      const value = values[row * C + (at % C)] as number
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    return count > 0 ? sum / count : Number.NaN
  })
}
