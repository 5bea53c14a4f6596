/**
 * Byte-pair encoding (Sennrich, Haddow & Birch 2016, "Neural Machine Translation of Rare Words with Subword Units",
 * §3.2): words are cut into pieces by replaying the merges learnt on a corpus. Merges and pieces are those of the
 * authors' subword-nmt: the last symbol of a word carries `</w>`, and a piece that is continued ends in `@@`.
 *
 * Own code, because no maintained npm library learns merges with a word boundary from counts: those of language models
 * only apply them, and the native `tokenizers` package (65 MB) does not let the number of merges be set.
 */
import { z } from 'zod'
import { endOfWord, maxWordLength, toSymbols } from './bpe-symbols.js'
import { checkSaved } from './check.js'
import { ownString } from './own-string.js'

/** Ends every piece but the last of its word. */
export const continuation = '@@'

const symbolSchema = z.string().min(1)
const bpeSchema = z.object({ version: z.literal(1), merges: z.array(z.tuple([symbolSchema, symbolSchema])) })
export type BpeJson = z.infer<typeof bpeSchema>
export type Merge = readonly [left: string, right: string]

const cacheLimit = 200_000
const pairKey = (left: string, right: string): string => `${left.length} ${left}${right}`

export class Bpe {
  private readonly ranks = new Map<string, number>()
  /** Symbols that merges make, with the first merge that makes each. */
  private readonly origins = new Map<string, Merge>()
  private readonly cache = new Map<string, readonly string[]>()

  /**
   * @param merges in the order in which they were learnt.
   * @param allows tells which pieces may be used; another is taken apart again (subword-nmt's vocabulary filter).
   *   Default: all.
   */
  constructor(
    readonly merges: readonly Merge[],
    private readonly allows: (piece: string) => boolean = () => true,
  ) {
    merges.forEach((merge, rank) => {
      const [left, right] = merge
      const key = pairKey(left, right)
      if (!this.ranks.has(key)) this.ranks.set(key, rank)
      if (!this.origins.has(left + right)) this.origins.set(left + right, merge)
    })
  }

  /** The same merges, for a vocabulary that lacks some of the pieces. */
  restrictedTo(allows: (piece: string) => boolean): Bpe {
    return new Bpe(this.merges, allows)
  }

  /** The pieces of one word; `low@@ er`. Joining them with {@link joinPieces} gives the word back, whatever it is. */
  encodeWord(word: string): readonly string[] {
    const known = this.cache.get(word)
    if (known) return known
    const pieces = markContinuations(this.segment(word).flatMap((symbol) => this.split(symbol)))
    if (this.cache.size >= cacheLimit) this.cache.clear()
    this.cache.set(ownString(word), pieces)
    return pieces
  }

  private segment(word: string): string[] {
    const symbols = toSymbols(word)
    const pieces: string[] = []
    for (let start = 0; start < symbols.length; start += maxWordLength)
      pieces.push(...this.merge(symbols.slice(start, start + maxWordLength)))
    return pieces
  }

  /** Joins the pair learnt first, wherever it stands, until none is left that was learnt. */
  private merge(symbols: string[]): string[] {
    let current = symbols
    while (current.length > 1) {
      let best = Number.POSITIVE_INFINITY
      for (let i = 0; i + 1 < current.length; i++)
        best = Math.min(best, this.rank(current[i] as string, current[i + 1] as string))
      const pair = this.merges[best]
      if (!pair) break
      current = mergePair(current, pair)
    }
    return current
  }

  /** Undoes merges until every part is allowed, or a single character. */
  private split(symbol: string): string[] {
    const origin = this.origins.get(symbol)
    if (!origin || this.allows(toPiece(symbol))) return [symbol]
    return origin.flatMap((part) => this.split(part))
  }

  private rank(left: string, right: string): number {
    return this.ranks.get(pairKey(left, right)) ?? Number.POSITIVE_INFINITY
  }

  toJSON(): BpeJson {
    return { version: 1, merges: this.merges.map(([left, right]) => [left, right]) }
  }

  /** @throws CheckpointError when the value is not what {@link toJSON} writes. */
  static fromJSON(json: unknown): Bpe {
    return new Bpe(checkSaved(bpeSchema, json, 'bpe').merges)
  }
}

function mergePair(symbols: readonly string[], [left, right]: Merge): string[] {
  const merged: string[] = []
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] as string
    if (symbol === left && symbols[i + 1] === right) {
      merged.push(left + right)
      i++
    } else merged.push(symbol)
  }
  return merged
}

/** A symbol as a piece: with the mark of continuation, or without that of the word's end. */
const toPiece = (symbol: string): string =>
  symbol.endsWith(endOfWord) ? symbol.slice(0, -endOfWord.length) : symbol + continuation

function markContinuations(symbols: readonly string[]): string[] {
  const pieces = symbols.map(toPiece)
  const last = pieces.pop() ?? ''
  // A word that ends in the mark itself: its last character stands alone, so that the mark is never the word's own.
  if (last.endsWith(continuation)) return [...pieces, last.slice(0, -1) + continuation, last.slice(-1)]
  return [...pieces, last]
}

/** Words from pieces; a sentence that breaks off inside a word gives what there is of it. */
export function joinPieces(pieces: readonly string[]): string[] {
  const words: string[] = []
  let open = ''
  for (const piece of pieces) {
    if (piece.endsWith(continuation)) open += piece.slice(0, -continuation.length)
    else {
      words.push(open + piece)
      open = ''
    }
  }
  if (open) words.push(open)
  return words
}
