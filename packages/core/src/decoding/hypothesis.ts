/** One decoded sequence. */
export interface Hypothesis {
  /** `[T]` token ids, without the begin and end tokens. */
  tokens: Int32Array
  /** What hypotheses are ranked by, higher is better: `logProb` under the search's length and coverage penalties. */
  score: number
  /** log p of the tokens and, when finished, of the end token after them. */
  logProb: number
  /** `[T]`, or `[T + 1]` when finished: log p of each token and of the end token; sums up to `logProb`. */
  tokenLogProbs: Float32Array
  /** `[T, S]` attention over the source when each token was chosen; null where the model has none. */
  attention: Float32Array | null
  /** Whether the end token came; false: cut off at the maximum length. */
  finished: boolean
}
