/** What every search (greedy, beam, sampling) asks of a model: nothing but one step for many rows at once. */

/** Log-probabilities of the next token, for B sentences with K hypotheses each. */
export interface StepResult<State> {
  state: State
  /** `[B, K, N]` log p, N = all V tokens in order of their ids, or the best N of them in descending order. */
  logProbs: Float32Array
  /** `[B, K, N]` ids of those tokens; null when N = V and column n is token n. */
  tokens: Int32Array | null
  /** `[B, K, S]` attention over the source positions, for models that have it. */
  attention: Float32Array | null
}

export interface StepRequest<State> {
  /** `[B, K]` the last token of every hypothesis (begin-of-sentence at first). */
  tokens: Int32Array
  /** `[B, K]` which hypothesis k of the same sentence each one continues; its state is taken before the step. */
  parents: Int32Array
  state: State
  /** Number of hypotheses K of each sentence in this step. */
  beams: number
  /** Ask for the best N tokens only (the model selects them natively); null: for all V. */
  topK: number | null
}

export interface StepModel<State> {
  readonly vocabularySize: number
  /** Source positions S of the attention; 0 without attention. */
  sourceLength(state: State): number
  step(request: StepRequest<State>): Promise<StepResult<State>>
  /** Keeps the given sentences only (others are finished), in the given order. */
  keep(state: State, sentences: Int32Array): State | Promise<State>
}
