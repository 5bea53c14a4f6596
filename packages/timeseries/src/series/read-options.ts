/** How tables become series. */
import type { Frequency } from './frequency.js'
import type { ResampleOptions } from './resample.js'

export interface ReadOptions {
  /**
   * Column of the time; or columns that make a time together, `['year', 'month', 'day', 'hour']`, from the longest on.
   * Default: none, rows are counted.
   */
  time?: string | readonly string[]
  /** Columns to be channels. Default: all that hold numbers and are nothing else. */
  channels?: readonly string[]
  /** Default: found out; an error shows the first gap. */
  frequency?: Frequency | string
  /** IANA zone of times without an offset. Default `UTC`. */
  timeZone?: string
  /**
   * Of tokens such as `DD.MM.YYYY HH:mm`; `x`, `X`: milliseconds, seconds since 1970. Default: ISO 8601 and its
   * variations, year first.
   */
  dateFormat?: string
  /** Default: found out. */
  delimiter?: string
  /** Default: found out. */
  decimal?: '.' | ','
  /** Cells that stand for a missing value. Default: empty, NA, N/A, NaN, null, None, ?, -. */
  missing?: readonly string[]
  /** Rows that are not in order of time. Default `error`. */
  order?: 'error' | 'sort'
  /** Rows of one time. Default `error`. */
  duplicates?: 'error' | 'first' | 'last' | 'mean'
  /** Times that are left out. Default `error`; `missing` has missing values there. */
  gaps?: 'error' | 'missing'
  /** Make regular steps of irregular ones. Default: do not. */
  resample?: ResampleOptions
  /** Told how many rows have been read, some ten times a second. */
  onProgress?(rows: number): void
}

export interface PanelOptions extends ReadOptions {
  /** Column that tells series apart. */
  series: string
  /** Columns of static features, each the same in all rows of a series. Default none. */
  statics?: readonly string[]
}

/** What is needed of the options once cells are numbers. */
export interface BuildOptions {
  /** File or argument, for errors. */
  source: string
  timeZone: string
  frequency: Frequency | string | undefined
  order: 'error' | 'sort'
  duplicates: 'error' | 'first' | 'last' | 'mean'
  gaps: 'error' | 'missing'
  resample: ResampleOptions | undefined
}
