/**
 * Learns byte-pair merges (Sennrich et al. 2016, Algorithm 1) with incremental counts: a merge touches only the words
 * that hold the pair. Same merges as subword-nmt, ties included.
 */
import { InvalidArgumentError } from '@attentive/core'
import { Bpe, type Merge } from './bpe.js'
import { endOfWord, maxWordLength, toSymbols } from './bpe-symbols.js'
import { compareCodePoints } from './code-points.js'
import { leftOf, PairHeap, type PairKey, pairKey, rightOf } from './pair-heap.js'

export interface LearnBpeOptions {
  /** Number of merges; fewer are learnt when the corpus has no more pairs. */
  merges: number
  /** Stop when the most frequent pair is rarer. Default 2. */
  minFrequency?: number
  /**
   * Learn from so many words, the most frequent: each takes more than a kilobyte while merges are learnt, and rare ones
   * hardly ever decide about a merge. Of equally frequent ones the first by code points. Default 500,000.
   */
  maxWords?: number
}

interface CountedWord {
  ids: number[]
  count: number
}

class BpeLearner {
  private readonly symbols: string[] = []
  private readonly symbolIds = new Map<string, number>()
  private readonly counts = new Map<PairKey, number>()
  /** Words that hold, or once held, a pair. */
  private readonly places = new Map<PairKey, Set<CountedWord>>()
  /** Entries may claim more than the pair still has; see {@link popBest}. */
  private readonly heap = new PairHeap(this.symbols)

  constructor(wordCounts: ReadonlyMap<string, number>) {
    const all = new Map<PairKey, number>()
    for (const [text, count] of wordCounts) {
      const symbols = toSymbols(text)
      if (symbols.length < 2 || symbols.length > maxWordLength) continue
      const word = { ids: symbols.map((symbol) => this.idOf(symbol)), count }
      countPairs(word, 1, all)
      for (let i = 0; i + 1 < word.ids.length; i++) this.addPlace(pairAt(word.ids, i), word)
    }
    this.update(all)
  }

  /** The most frequent pair, merged everywhere; null when it is rarer than `minFrequency`. */
  next(minFrequency: number): Merge | null {
    const best = this.popBest()
    if (!best || best.count < minFrequency) return null
    const left = leftOf(best.pair)
    const right = rightOf(best.pair)
    this.replace(best.pair, left, right)
    return [this.symbols[left] as string, this.symbols[right] as string]
  }

  private replace(pair: PairKey, left: number, right: number): void {
    const merged = this.idOf((this.symbols[left] as string) + (this.symbols[right] as string))
    const changes = new Map<PairKey, number>()
    const words = this.places.get(pair) ?? []
    this.places.delete(pair)
    for (const word of words) {
      countPairs(word, -1, changes)
      word.ids = mergeIds(word.ids, left, right, merged)
      countPairs(word, 1, changes)
      for (let i = 0; i + 1 < word.ids.length; i++)
        if (word.ids[i] === merged || word.ids[i + 1] === merged) this.addPlace(pairAt(word.ids, i), word)
    }
    this.update(changes)
  }

  private update(changes: ReadonlyMap<PairKey, number>): void {
    for (const [pair, change] of changes) {
      const count = (this.counts.get(pair) ?? 0) + change
      if (count > 0) this.counts.set(pair, count)
      else this.counts.delete(pair)
      if (change > 0 && this.mayMerge(pair)) this.heap.push({ pair, count })
    }
  }

  /** An entry that claims too much goes back with the true count; one that claims too little has a better twin. */
  private popBest(): { pair: PairKey; count: number } | null {
    for (;;) {
      const top = this.heap.pop()
      if (!top) return null
      const count = this.counts.get(top.pair) ?? 0
      if (count === top.count) return top
      if (count > 0 && count < top.count) this.heap.push({ pair: top.pair, count })
    }
  }

  /** Text that spells the mark must not merge into something that looks like the end of a word. */
  private mayMerge(pair: PairKey): boolean {
    const right = this.symbols[rightOf(pair)] as string
    if (right.endsWith(endOfWord)) return true
    return !`${this.symbols[leftOf(pair)]}${right}`.endsWith(endOfWord)
  }

  private addPlace(pair: PairKey, word: CountedWord): void {
    const places = this.places.get(pair)
    if (places) places.add(word)
    else this.places.set(pair, new Set([word]))
  }

  private idOf(symbol: string): number {
    const known = this.symbolIds.get(symbol)
    if (known !== undefined) return known
    this.symbolIds.set(symbol, this.symbols.length)
    return this.symbols.push(symbol) - 1
  }
}

const pairAt = (ids: readonly number[], place: number): PairKey =>
  pairKey(ids[place] as number, ids[place + 1] as number)

function countPairs({ ids, count }: CountedWord, sign: 1 | -1, totals: Map<PairKey, number>): void {
  for (let i = 0; i + 1 < ids.length; i++) {
    const pair = pairAt(ids, i)
    totals.set(pair, (totals.get(pair) ?? 0) + sign * count)
  }
}

function mergeIds(ids: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = []
  for (let i = 0; i < ids.length; i++) {
    const isPair = ids[i] === left && ids[i + 1] === right
    result.push(isPair ? merged : (ids[i] as number))
    if (isPair) i++
  }
  return result
}

function mostFrequent(counts: ReadonlyMap<string, number>, size: number): ReadonlyMap<string, number> {
  if (counts.size <= size) return counts
  const words = [...counts].sort(([a, countA], [b, countB]) => countB - countA || compareCodePoints(a, b))
  return new Map(words.slice(0, size))
}

/**
 * Learns a byte-pair encoding from words and how often each occurs (of both languages together for a joint one).
 * @throws InvalidArgumentError when `merges` is not a positive integer.
 */
export function learnBpe(wordCounts: ReadonlyMap<string, number>, options: LearnBpeOptions): Bpe {
  const steps = learnBpeStepwise(wordCounts, options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same, with a pause after each merge; yields how many there are. */
export function* learnBpeStepwise(
  wordCounts: ReadonlyMap<string, number>,
  { merges, minFrequency = 2, maxWords = 500_000 }: LearnBpeOptions,
): Generator<number, Bpe> {
  if (!Number.isSafeInteger(merges) || merges < 1)
    throw new InvalidArgumentError({
      argument: 'merges',
      expected: 'a positive integer',
      received: String(merges),
    })
  const learner = new BpeLearner(mostFrequent(wordCounts, maxWords))
  const learnt: Merge[] = []
  while (learnt.length < merges) {
    const merge = learner.next(minFrequency)
    if (!merge) break
    yield learnt.push(merge)
  }
  return new Bpe(learnt)
}
