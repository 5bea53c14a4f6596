/** The parts of a recipe's series. */
import { splitSeries, type TimeSeries } from '@attentive/timeseries'
import type { ForecastRecipe } from '../../../recipes/recipe.js'

export interface Parts {
  train: TimeSeries
  /** Later parts begin with the look-back of their first window. */
  validation: TimeSeries
  test: TimeSeries
  /** All rows up to the end of the validation and the test part, and the row where each begins: for what reads all that came before. */
  untilValidation: KnownRows
  untilTest: KnownRows
}

export interface KnownRows {
  series: TimeSeries
  start: number
}

export function partsOf(series: TimeSeries, { split, config }: ForecastRecipe): Parts {
  const [train, validation, test] = splitSeries(series, split, { overlap: config.lookback }) as Three
  const [first, second, third] = splitSeries(series, split).map(({ length }) => length) as [
    number,
    number,
    number,
  ]
  return {
    train,
    validation,
    test,
    untilValidation: { series: series.slice(0, first + second), start: first },
    untilTest: { series: series.slice(0, first + second + third), start: first + second },
  }
}

type Three = [TimeSeries, TimeSeries, TimeSeries]
