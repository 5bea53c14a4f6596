/**
 * N-grams of references in a trie of integers: a node is an n-gram, an edge appends one symbol. A hypothesis walks
 * along it and leaves an n-gram's subtree as soon as no reference contains it, so that no n-gram is ever a string.
 */
class NgramTrie {
  /** For each node how often its n-gram may be matched: its greatest count in any one reference. */
  readonly limits = [0]
  private readonly children = new Map<number, number>()

  constructor(
    private readonly numSymbols: number,
    private readonly maxOrder: number,
  ) {}

  /** The node one symbol below `node`, or undefined. */
  find(node: number, symbol: number): number | undefined {
    return this.children.get(node * this.numSymbols + symbol)
  }

  /** Raises the limits to what this reference contains. */
  addReference(symbols: readonly number[]): void {
    const counts = this.limits.map(() => 0)
    for (let start = 0; start < symbols.length; start++) {
      const end = Math.min(start + this.maxOrder, symbols.length)
      let node = 0
      for (let i = start; i < end; i++) {
        node = this.insert(node, symbols[i] as number)
        if (node === counts.length) counts.push(0)
        const count = (counts[node] as number) + 1
        counts[node] = count
        if (count > (this.limits[node] as number)) this.limits[node] = count
      }
    }
  }

  private insert(node: number, symbol: number): number {
    const found = this.find(node, symbol)
    if (found !== undefined) return found
    this.children.set(node * this.numSymbols + symbol, this.limits.length)
    return this.limits.push(0) - 1
  }
}

/** A sequence as numbers; symbols not met before get the next ones. */
function encode(symbols: Map<string, number>, sequence: readonly string[]): number[] {
  return sequence.map((item) => {
    const known = symbols.get(item)
    if (known !== undefined) return known
    symbols.set(item, symbols.size)
    return symbols.size - 1
  })
}

/**
 * Clipped n-gram matches for each order n = 1 … maxOrder:
 * `Σ_g min(count of g in the hypothesis, greatest count of g in a reference)` over all n-grams g (Papineni et al.
 * 2002, section 2.1).
 */
export function clippedMatches(
  hypothesis: readonly string[],
  references: readonly (readonly string[])[],
  maxOrder: number,
): number[] {
  const symbols = new Map<string, number>()
  const encoded = references.map((reference) => encode(symbols, reference))
  const trie = new NgramTrie(symbols.size, maxOrder)
  for (const reference of encoded) trie.addReference(reference)
  const remaining = trie.limits

  const matches = new Array<number>(maxOrder).fill(0)
  const ids = hypothesis.map((item) => symbols.get(item))
  for (let start = 0; start < ids.length; start++) {
    const end = Math.min(start + maxOrder, ids.length)
    let node: number | undefined = 0
    for (let i = start; i < end; i++) {
      const symbol = ids[i]
      node = symbol === undefined ? undefined : trie.find(node, symbol)
      if (node === undefined) break
      if ((remaining[node] as number) === 0) continue
      remaining[node] = (remaining[node] as number) - 1
      matches[i - start] = (matches[i - start] as number) + 1
    }
  }
  return matches
}

/** How many n-grams of order n a sequence of this length has. */
export function countNgrams(length: number, order: number): number {
  return Math.max(0, length - order + 1)
}
