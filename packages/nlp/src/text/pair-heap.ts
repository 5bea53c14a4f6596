/** A heap of symbol pairs by count, for learning merges. */
import { compareCodePoints } from './code-points.js'

/** A pair of symbol ids in one number; ids stay far below 2^21. */
export type PairKey = number

const base = 2 ** 21
export const pairKey = (left: number, right: number): PairKey => left * base + right
export const leftOf = (pair: PairKey): number => Math.floor(pair / base)
export const rightOf = (pair: PairKey): number => pair % base

export interface CountedPair {
  pair: PairKey
  count: number
}

/** The most frequent pair on top; of equal ones the greater by the code points of its symbols. */
export class PairHeap {
  private readonly items: CountedPair[] = []

  /** @param symbols what the ids stand for; may grow. */
  constructor(private readonly symbols: readonly string[]) {}

  push(item: CountedPair): void {
    const { items } = this
    let place = items.length
    items.push(item)
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = items[parent] as CountedPair
      if (!this.isBefore(item, above)) break
      items[place] = above
      place = parent
    }
    items[place] = item
  }

  pop(): CountedPair | undefined {
    const { items } = this
    const top = items[0]
    const last = items.pop()
    if (last && items.length > 0) this.sink(last)
    return top
  }

  private sink(item: CountedPair): void {
    const { items } = this
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= items.length) break
      if (
        child + 1 < items.length &&
        this.isBefore(items[child + 1] as CountedPair, items[child] as CountedPair)
      )
        child++
      if (!this.isBefore(items[child] as CountedPair, item)) break
      items[place] = items[child] as CountedPair
      place = child
    }
    items[place] = item
  }

  private isBefore(a: CountedPair, b: CountedPair): boolean {
    if (a.count !== b.count) return a.count > b.count
    const byLeft = this.compare(leftOf(a.pair), leftOf(b.pair))
    return (byLeft || this.compare(rightOf(a.pair), rightOf(b.pair))) > 0
  }

  private compare(a: number, b: number): number {
    return a === b ? 0 : compareCodePoints(this.symbols[a] as string, this.symbols[b] as string)
  }
}
