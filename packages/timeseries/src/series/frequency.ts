/** Frequencies: how far apart the steps of a regular series are. */
import { InvalidArgumentError } from '@attentive/core'

/** Short names as people type them, and what they stand for. */
const units = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  b: 'businessDay',
  w: 'week',
  mo: 'month',
  q: 'quarter',
  y: 'year',
  step: 'step',
} as const

type Symbol = keyof typeof units
export type FrequencyUnit = (typeof units)[Symbol]

const symbols = Object.fromEntries(Object.entries(units).map(([symbol, unit]) => [unit, symbol])) as Record<
  FrequencyUnit,
  Symbol
>

export const dayMilliseconds = 86_400_000

/** Milliseconds of a unit, on average: days and longer are the calendar's. A step counts as one. */
export const averageMilliseconds: Readonly<Record<FrequencyUnit, number>> = {
  step: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: dayMilliseconds,
  businessDay: 1.4 * dayMilliseconds,
  week: 7 * dayMilliseconds,
  month: 30.436875 * dayMilliseconds,
  quarter: 91.310625 * dayMilliseconds,
  year: 365.2425 * dayMilliseconds,
}

/** Units that are always the same length. */
const exact: ReadonlySet<FrequencyUnit> = new Set(['second', 'minute', 'hour'])

/** So many of a unit. `step` is no time: rows are counted. */
export class Frequency {
  private constructor(
    readonly unit: FrequencyUnit,
    readonly count: number,
  ) {}

  static of(unit: FrequencyUnit, count = 1): Frequency {
    if (!Number.isInteger(count) || count < 1)
      throw new InvalidArgumentError({
        argument: 'frequency',
        expected: 'a positive whole number of units',
        received: String(count),
      })
    return new Frequency(unit, count)
  }

  /**
   * Reads `15min`, `1h`, `d`, `1b` (Monday to Friday), `w`, `mo`, `q`, `y`, `step`.
   * @throws InvalidArgumentError on anything else.
   */
  static parse(text: string): Frequency {
    const [, count, symbol] = /^\s*(\d*)\s*([a-z]+)\s*$/.exec(text.toLowerCase()) ?? []
    if (symbol !== undefined && Object.hasOwn(units, symbol))
      return Frequency.of(units[symbol as Symbol], count === '' ? 1 : Number(count))
    throw new InvalidArgumentError({
      argument: 'frequency',
      expected: `a number and a unit, of ${Object.keys(units).join(', ')}: "15min", "1h", "1d", "1b" for business days, "1mo"`,
      received: JSON.stringify(text),
    })
  }

  static from(frequency: Frequency | string): Frequency {
    return typeof frequency === 'string' ? Frequency.parse(frequency) : frequency
  }

  /** Length in milliseconds where it is always the same, else null. */
  get milliseconds(): number | null {
    return exact.has(this.unit) ? averageMilliseconds[this.unit] * this.count : null
  }

  toString(): string {
    return this.unit === 'step' ? 'step' : `${this.count}${symbols[this.unit]}`
  }
}
