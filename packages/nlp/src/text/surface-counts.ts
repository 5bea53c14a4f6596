/** How often each word of a corpus occurs, in bounded memory. */
import { ownString } from './own-string.js'

/** Different words that are counted at once: some hundred megabytes. */
const defaultLimit = 1_000_000

/**
 * How often each surface word occurs at the start of a sentence and elsewhere.
 *
 * When there are too many different words, the rarest so far are forgotten: those that occurred once and, if that does
 * not make enough room, twice, and so on (much as in word2vec, Mikolov et al. 2013, which raises the bound each time). A
 * word that is never among them is counted right; one that was forgotten and comes back is counted from then on. What is
 * forgotten depends on the corpus and its order alone.
 */
export class SurfaceCounts {
  readonly atStart = new Map<string, number>()
  readonly inside = new Map<string, number>()
  constructor(private readonly limit = defaultLimit) {}

  add(word: string, atStart: boolean): void {
    const counts = atStart ? this.atStart : this.inside
    const count = counts.get(word)
    if (count !== undefined) counts.set(word, count + 1)
    else {
      if (this.size >= this.limit) this.forget()
      counts.set(ownString(word), 1)
    }
  }

  private get size(): number {
    return this.atStart.size + this.inside.size
  }

  /** Makes room for a quarter of the limit, so that it has not to be made again soon. */
  private forget(): void {
    for (let rarest = 1; this.size > 0.75 * this.limit; rarest++)
      for (const counts of [this.atStart, this.inside])
        for (const [word, count] of counts) if (count <= rarest) counts.delete(word)
  }
}
