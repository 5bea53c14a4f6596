/**
 * How much regularisation a blend needs, found out by blocks in time: weights learnt without a block, and without all
 * windows that share steps with it, are scored on it. Of all settings those are taken that trust the networks least and
 * are still within one standard error of the best (Breiman et al. 1984; Hastie et al. 2009, "The elements of statistical
 * learning", section 7.10): what could be chance is not believed.
 */
import { DataError } from '@attentive/core'
import { mean as meanOf } from '../../statistics/mean.js'
import { variance } from '../../statistics/variance.js'
import { addedError, type DepartureWindow, momentsOf } from './departures.js'
import { blendWeights, type Regularisation } from './weights.js'

const blockCount = 5
/** Parts of a horizon that validation windows must span so that each block leaves others to learn from. */
const leastHorizons = 4

const shrinkages = [16, 4, 1, 1 / 4, 1 / 16, 1 / 64, 1 / 256]
const reaches = [100, 10, 1]

/** Those that trust the networks least come first. */
const candidates: readonly Regularisation[] = [
  { shrinkage: Number.POSITIVE_INFINITY, reach: 0, byChannel: false },
  ...shrinkages.flatMap((shrinkage) =>
    [false, true].flatMap((byChannel) => reaches.map((reach) => ({ shrinkage, reach, byChannel }))),
  ),
]

/**
 * `[H, C]`, each 0 … 1.
 * @throws DataError when windows are too few to hold some out.
 */
export function learnWeights(
  windows: readonly DepartureWindow[],
  { channels, horizon }: { channels: number; horizon: number },
): Float32Array {
  const times = [...new Set(windows.map(({ start }) => start))].sort((a, b) => a - b)
  const losses = heldOutLosses(windows, times, { channels, horizon })
  const chosen = candidates[simplestOfTheBest(losses, independentCount(windows))] as Regularisation
  return blendWeights(momentsOf(windows), channels, chosen)
}

/** For each candidate the added error at each time, mean over the windows that begin then. */
function heldOutLosses(
  windows: readonly DepartureWindow[],
  times: readonly number[],
  { channels, horizon }: { channels: number; horizon: number },
): number[][] {
  const losses: number[][] = candidates.map(() => [])
  for (const block of blocksOf(times)) {
    const { heldOut, others } = splitAt(windows, block)
    if (others.length === 0) throw tooFew(horizon, times.length)
    const moments = momentsOf(others)
    const atTimes = byStart(heldOut)
    for (const [i, candidate] of candidates.entries()) {
      const weights = blendWeights(moments, channels, candidate)
      for (const time of block)
        losses[i]?.push(meanOf((atTimes.get(time) ?? []).map((window) => addedError(window, weights))))
    }
  }
  return losses
}

function byStart(windows: readonly DepartureWindow[]): ReadonlyMap<number, DepartureWindow[]> {
  const groups = new Map<number, DepartureWindow[]>()
  for (const window of windows) {
    const group = groups.get(window.start)
    if (group) group.push(window)
    else groups.set(window.start, [window])
  }
  return groups
}

function blocksOf(times: readonly number[]): number[][] {
  const edge = (k: number) => Math.round((k * times.length) / blockCount)
  return Array.from({ length: blockCount }, (_, k) => times.slice(edge(k), edge(k + 1))).filter(
    ({ length }) => length > 0,
  )
}

/** Windows of a block, and those that share no step with them. */
function splitAt(windows: readonly DepartureWindow[], block: readonly number[]) {
  const [first, last] = [block[0] as number, block.at(-1) as number]
  const heldOut = windows.filter(({ start }) => start >= first && start <= last)
  const end = heldOut.reduce((latest, window) => Math.max(latest, window.end), first)
  return { heldOut, others: windows.filter((window) => window.end < first || window.start > end) }
}

/** Windows that share steps tell the same news: as many as can be had without. */
function independentCount(windows: readonly DepartureWindow[]): number {
  let [count, end] = [0, Number.NEGATIVE_INFINITY]
  for (const window of windows.toSorted((a, b) => a.start - b.start))
    if (window.start > end) {
      count++
      end = window.end
    }
  return count
}

/** Place of the first candidate whose mean excess over the best is at most its standard error. */
function simplestOfTheBest(losses: readonly (readonly number[])[], independent: number): number {
  const means = losses.map(meanOf)
  const best = losses[means.indexOf(Math.min(...means))] as readonly number[]
  return losses.findIndex((one) => {
    const excess = one.map((loss, t) => loss - (best[t] as number))
    const mean = meanOf(excess)
    return mean <= Math.sqrt(variance(excess, mean) / independent)
  })
}

function tooFew(horizon: number, windows: number): DataError {
  return new DataError({
    argument: 'validation',
    expected: `at least ${leastHorizons * horizon} rows after the look-back, ${leastHorizons} horizons, every one an origin or nearly so`,
    received: `${windows} origins`,
    hint: 'Learn the weights on a longer part, or with a shorter horizon or stride.',
  })
}
