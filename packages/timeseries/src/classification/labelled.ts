/** Series with the class that each belongs to. */
import { DataError, InvalidArgumentError, Rng } from '@attentive/core'
import { argumentNamed, type TimeSeries } from '../series/time-series.js'

export interface LabelledSeries {
  series: TimeSeries
  /** Name of its class. */
  label: string
}

/**
 * Series whose class is one of their static features, as `readPanel` reads them from a column.
 * @throws DataError when a series lacks the feature, or it is empty.
 */
export function labelledBy(panel: readonly TimeSeries[], feature: string): LabelledSeries[] {
  return panel.map((series) => {
    const { statics, name } = series
    const value = Object.hasOwn(statics, feature) ? statics[feature] : undefined
    if (value !== undefined && value !== '') return { series, label: String(value) }
    throw new DataError({
      argument: argumentNamed('statics', name),
      expected: `a label in ${JSON.stringify(feature)}`,
      received: value === '' ? 'an empty one' : Object.keys(statics).join(', ') || 'none',
      hint: 'Name the column among the `statics` of `readPanel`.',
    })
  })
}

export interface SplitLabelledOptions {
  /** Default 1. */
  seed?: number
}

/**
 * Parts drawn at random, each with all classes in the same proportions, as nearly as whole series allow (stratified
 * sampling). Within a part series keep their order.
 * @param shares of all series, `[0.8, 0.2]`; they add up to 1 at most.
 * @throws InvalidArgumentError when shares make no sense.
 */
export function splitLabelled(
  labelled: readonly LabelledSeries[],
  shares: readonly number[],
  { seed = 1 }: SplitLabelledOptions = {},
): LabelledSeries[][] {
  const ends = endsOf(shares)
  const rng = new Rng(seed)
  const parts = shares.map((): number[] => [])
  for (const places of placesByLabel(labelled).values()) {
    const drawn = rng.shuffle(places)
    const cuts = ends.map((end) => Math.round(end * drawn.length))
    for (const [i, part] of parts.entries()) part.push(...drawn.slice(cuts[i - 1] ?? 0, cuts[i]))
  }
  return parts.map((part) => part.sort((a, b) => a - b).map((place) => labelled[place] as LabelledSeries))
}

/** Where each share ends, when they are laid out from 0 to 1. */
function endsOf(shares: readonly number[]): number[] {
  let end = 0
  const ends = shares.map((share) => {
    end += share
    return end
  })
  const areShares = shares.length > 0 && shares.every((share) => share > 0 && share <= 1)
  if (areShares && end <= 1 + 1e-9) return ends
  throw new InvalidArgumentError({
    argument: 'shares',
    expected: 'shares that add up to 1 at most',
    received: shares.join(', ') || 'none',
  })
}

function placesByLabel(labelled: readonly LabelledSeries[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (const [place, { label }] of labelled.entries()) {
    const known = places.get(label)
    if (known) known.push(place)
    else places.set(label, [place])
  }
  return places
}
