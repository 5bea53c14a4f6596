/**
 * Learns byte-pair merges (Sennrich et al. 2016, Algorithm 1) with incremental counts: a merge touches only the words
 * that hold the pair, and a heap whose entries may be stale finds the next one. Same merges as subword-nmt, ties
 * included (the greater pair by code points first).
 */
import { InvalidArgumentError } from '@attentive/core'
import { Bpe, type Merge } from './bpe.js'
import { endOfWord, maxWordLength, toSymbols } from './bpe-symbols.js'
import { compareCodePoints } from './code-points.js'

export interface LearnBpeOptions {
  /** Number of merges; fewer are learnt when the corpus has no more pairs. */
  merges: number
  /** Stop when the most frequent pair is rarer. Default 2. */
  minFrequency?: number
}

/** Two symbol ids in one number; ids stay far below 2^21. */
const base = 2 ** 21
const pairOf = (left: number, right: number): number => left * base + right

interface Candidate {
  pair: number
  count: number
}

class BpeLearner {
  private readonly symbols: string[] = []
  private readonly symbolIds = new Map<string, number>()
  private readonly words: number[][] = []
  private readonly frequencies: number[] = []
  private readonly counts = new Map<number, number>()
  private readonly places = new Map<number, Set<number>>()
  private readonly heap: Candidate[] = []

  constructor(wordCounts: ReadonlyMap<string, number>) {
    for (const [word, count] of wordCounts) {
      const symbols = toSymbols(word)
      if (symbols.length < 2 || symbols.length > maxWordLength) continue
      this.words.push(symbols.map((symbol) => this.idOf(symbol)))
      this.frequencies.push(count)
    }
    this.words.forEach((_, word) => {
      this.countPairs(word, 1)
    })
    for (const pair of this.counts.keys()) this.push(pair)
  }

  /** The most frequent pair, merged everywhere; null when it is rarer than `minFrequency`. */
  next(minFrequency: number): Merge | null {
    const best = this.popBest()
    if (!best || best.count < minFrequency) return null
    const left = Math.floor(best.pair / base)
    const right = best.pair % base
    this.replace(best.pair, left, right)
    return [this.symbols[left] as string, this.symbols[right] as string]
  }

  private replace(pair: number, left: number, right: number): void {
    const merged = this.idOf((this.symbols[left] as string) + (this.symbols[right] as string))
    const changed = new Set<number>()
    const words = this.places.get(pair) ?? []
    this.places.delete(pair)
    for (const word of words) {
      this.countPairs(word, -1, changed)
      this.words[word] = mergeIds(this.words[word] as number[], left, right, merged)
      this.countPairs(word, 1, changed)
    }
    for (const touched of changed) this.push(touched)
  }

  private countPairs(word: number, sign: 1 | -1, changed?: Set<number>): void {
    const ids = this.words[word] as number[]
    const weight = sign * (this.frequencies[word] as number)
    for (let i = 0; i + 1 < ids.length; i++) {
      const pair = pairOf(ids[i] as number, ids[i + 1] as number)
      this.counts.set(pair, (this.counts.get(pair) ?? 0) + weight)
      changed?.add(pair)
      if (sign > 0) this.addPlace(pair, word)
    }
  }

  private addPlace(pair: number, word: number): void {
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

  private push(pair: number): void {
    const count = this.counts.get(pair) ?? 0
    if (count <= 0) {
      this.counts.delete(pair)
      return
    }
    const { heap } = this
    let i = heap.push({ pair, count }) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.before(heap[i] as Candidate, heap[parent] as Candidate)) break
      swap(heap, i, parent)
      i = parent
    }
  }

  /** Entries whose count has changed since are dropped: a fresh one was pushed at the change. */
  private popBest(): Candidate | null {
    for (;;) {
      const top = this.pop()
      if (!top) return null
      if (this.counts.get(top.pair) === top.count && this.mayMerge(top.pair)) return top
    }
  }

  private pop(): Candidate | undefined {
    const { heap } = this
    const top = heap[0]
    const last = heap.pop()
    if (!top || !last || heap.length === 0) return top
    heap[0] = last
    for (let i = 0; ; ) {
      let first = i
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < heap.length && this.before(heap[child] as Candidate, heap[first] as Candidate))
          first = child
      if (first === i) return top
      swap(heap, i, first)
      i = first
    }
  }

  private before(a: Candidate, b: Candidate): boolean {
    if (a.count !== b.count) return a.count > b.count
    return this.comparePairs(a.pair, b.pair) > 0
  }

  private comparePairs(a: number, b: number): number {
    const symbol = (id: number) => this.symbols[id] as string
    return (
      compareCodePoints(symbol(Math.floor(a / base)), symbol(Math.floor(b / base))) ||
      compareCodePoints(symbol(a % base), symbol(b % base))
    )
  }

  /** Text that spells the mark must not merge into something that looks like the end of a word. */
  private mayMerge(pair: number): boolean {
    const right = this.symbols[pair % base] as string
    if (right.endsWith(endOfWord)) return true
    return !`${this.symbols[Math.floor(pair / base)]}${right}`.endsWith(endOfWord)
  }
}

function swap<T>(items: T[], i: number, j: number): void {
  const held = items[i] as T
  items[i] = items[j] as T
  items[j] = held
}

function mergeIds(ids: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = []
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number
    if (id === left && ids[i + 1] === right) {
      result.push(merged)
      i++
    } else result.push(id)
  }
  return result
}

/**
 * Learns a byte-pair encoding from words and how often each occurs (of both languages together for a joint one).
 * @throws InvalidArgumentError when `merges` is not a positive integer.
 */
export function learnBpe(wordCounts: ReadonlyMap<string, number>, options: LearnBpeOptions): Bpe {
  const { merges, minFrequency = 2 } = options
  if (!Number.isSafeInteger(merges) || merges < 1)
    throw new InvalidArgumentError({
      argument: 'merges',
      expected: 'a positive integer',
      received: String(merges),
    })
  const learner = new BpeLearner(wordCounts)
  const learnt: Merge[] = []
  while (learnt.length < merges) {
    const merge = learner.next(minFrequency)
    if (!merge) break
    learnt.push(merge)
  }
  return new Bpe(learnt)
}
