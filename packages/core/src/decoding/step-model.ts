/** What every search (greedy, beam, sampling) asks of a model: nothing but one step for many rows at once. */

export interface StepRequest<State> {
  /** `[B, K]` the last token of every hypothesis (begin-of-sentence at first). */
  tokens: Int32Array
  /**
   * `[B, K]` which hypothesis of the same sentence in `state` each one continues; the model takes that one's state
   * before it steps. The state may hold fewer hypotheses than K: it holds one of each sentence at first.
   */
  parents: Int32Array
  state: State
  /** Number of hypotheses K of each sentence in this step. */
  beams: number
  /** Only the best N tokens of each row are needed (the model may select them natively); null: all V. */
  topK: number | null
}

/** Log-probabilities of the next token, for B sentences with K hypotheses each. */
export interface StepResult<State> {
  state: State
  /** `[B, K, N]` log p, N = all V tokens in order of their ids, or the best N in descending order, ties by lower id. */
  logProbs: Float32Array
  /** `[B, K, N]` ids of those tokens; null when N = V and column n is token n. */
  tokens: Int32Array | null
  /** `[B, K, S]` attention over the source positions, for models that have it. The search keeps the array. */
  attention: Float32Array | null
}

/**
 * A model as a search sees it. The search owns one state at a time: `step` and `keep` take over the state they are
 * given and the search never uses it again.
 */
export interface StepModel<State> {
  readonly vocabularySize: number
  step(request: StepRequest<State>): Promise<StepResult<State>>
  /** Keeps the given sentences only, in the given order (the others are finished). To sample, one may come repeatedly. */
  keep(state: State, sentences: Int32Array): State | Promise<State>
  /**
   * The batch size to run when this many sentences are left, at least that; by default the same number. A model that
   * is compiled for each shape answers from a short list, and finished sentences fill the batch up.
   */
  batchSizeFor?(live: number): number
  /** Frees a state that is needed no more: the last one, or the one a failed step was given. */
  release?(state: State): void
}

/** What a search starts from. */
export interface DecodingInput<State> {
  /** The state of B sentences with one hypothesis each; the search takes it over. */
  state: State
  /** Number of sentences B. */
  batchSize: number
  /** `[B]` source lengths: for limits that depend on them, and the positions that the coverage penalty counts. */
  sourceLengths?: ArrayLike<number>
  /** `[B]` the token each sentence starts from, where it is not `beginToken` (a language mark, the end of a prompt). */
  firstTokens?: ArrayLike<number>
}
