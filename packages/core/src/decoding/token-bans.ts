/** Which tokens may not come next: fixed bans, the end token before the minimum length, repeated n-grams. */

export class TokenBans {
  /** `[V]` 1 for a banned token, as it stands for the hypothesis set last. */
  readonly mask: Uint8Array
  private readonly endBanned: boolean
  private readonly repeats: number[] = []

  constructor(
    vocabularySize: number,
    readonly bannedTokens: readonly number[],
    private readonly endToken: number,
    readonly noRepeatNgramSize: number,
  ) {
    this.mask = new Uint8Array(vocabularySize)
    for (const token of bannedTokens) this.mask[token] = 1
    this.endBanned = this.mask[endToken] === 1
  }

  /**
   * Sets the mask for one hypothesis.
   * @param prefix its tokens so far (read up to `length`, and only when n-grams may not repeat).
   */
  setFor(prefix: Int32Array, length: number, mayEnd: boolean): void {
    for (const token of this.repeats) this.mask[token] = 0
    this.repeats.length = 0
    this.mask[this.endToken] = this.endBanned || !mayEnd ? 1 : 0
    if (this.noRepeatNgramSize > 0) this.banRepeats(prefix, length)
  }

  /**
   * How many tokens a row may lose to bans before its best allowed one: what a search asks for in addition when it
   * asks for the best N. Rounded up for n-grams, so that a compiled model sees few different N.
   */
  worstCase(length: number): number {
    const ngrams = this.noRepeatNgramSize > 0 ? length - this.noRepeatNgramSize + 1 : 0
    return this.bannedTokens.length + (ngrams > 0 ? 2 ** Math.ceil(Math.log2(ngrams)) : 0)
  }

  /** Bans each token that followed the last n − 1 tokens earlier on. */
  private banRepeats(prefix: Int32Array, length: number): void {
    const context = this.noRepeatNgramSize - 1
    for (let start = 0; start + context < length; start++) {
      let same = 0
      while (same < context && prefix[start + same] === prefix[length - context + same]) same++
      const token = prefix[start + context] as number
      if (same < context || this.mask[token] === 1) continue
      this.mask[token] = 1
      this.repeats.push(token)
    }
  }
}
