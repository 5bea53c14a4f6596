/** The best few continuations of a sentence, kept while log-probabilities stream past. */
import { NumericalError } from '../errors.js'

/**
 * A sorted list of at most `capacity` candidates, best first. Of equal ones the earlier offered stays ahead: offered
 * in order of hypothesis and token id, ties are broken by those.
 */
export class CandidateList {
  readonly scores: Float64Array
  readonly parents: Int32Array
  readonly tokens: Int32Array
  /** log p of the token alone. */
  readonly logProbs: Float32Array
  count = 0

  constructor(readonly capacity: number) {
    this.scores = new Float64Array(capacity)
    this.parents = new Int32Array(capacity)
    this.tokens = new Int32Array(capacity)
    this.logProbs = new Float32Array(capacity)
  }

  clear(): void {
    this.count = 0
  }

  /**
   * Offers one row of a step, its log-probabilities added to `base`. Impossible tokens (log p = −∞) are never taken.
   * @param banned `[V]` 1 for tokens that are left out.
   * @throws NumericalError when a log-probability is NaN or above 0.
   */
  offer(
    { logProbs, tokens, width }: StepRows,
    row: number,
    base: number,
    parent: number,
    banned: Uint8Array,
  ) {
    const end = (row + 1) * width
    let worst = this.worst()
    for (let at = row * width; at < end; at++) {
      const logProb = logProbs[at] as number
      const score = base + logProb
      // Written so that NaN comes through.
      if (score <= worst) continue
      const token = tokens ? (tokens[at] as number) : at - row * width
      requireLogProb(logProb, token)
      if (banned[token] === 1) continue
      this.insert(score, parent, token, logProb)
      worst = this.worst()
    }
  }

  /** Offers one candidate whose score and log-probability are known to be numbers. */
  offerOne(score: number, parent: number, token: number, logProb: number): void {
    if (score > this.worst()) this.insert(score, parent, token, logProb)
  }

  /** What a candidate must exceed to be taken. */
  worst(): number {
    return this.count < this.capacity ? Number.NEGATIVE_INFINITY : (this.scores[this.count - 1] as number)
  }

  private insert(score: number, parent: number, token: number, logProb: number): void {
    const { scores, parents, tokens, logProbs } = this
    let at = this.count < this.capacity ? this.count++ : this.count - 1
    while (at > 0 && (scores[at - 1] as number) < score) {
      scores[at] = scores[at - 1] as number
      parents[at] = parents[at - 1] as number
      tokens[at] = tokens[at - 1] as number
      logProbs[at] = logProbs[at - 1] as number
      at--
    }
    scores[at] = score
    parents[at] = parent
    tokens[at] = token
    logProbs[at] = logProb
  }
}

/** The log-probabilities of a step, `[rows, width]`. */
export interface StepRows {
  logProbs: Float32Array
  /** `[rows, width]` ids of the columns; null: column n is token n. */
  tokens: Int32Array | null
  width: number
}

/** Rounding may lift a log-probability a little above zero. */
const TOLERANCE = 1e-2

/** @throws NumericalError when `logProb` is NaN or above 0. */
export function requireLogProb(logProb: number, token: number): void {
  if (!(logProb <= TOLERANCE))
    throw new NumericalError({
      argument: 'logProbs',
      expected: 'log-probabilities (at most 0)',
      received: `${logProb} for token ${token}`,
      hint: 'Either the model returns unnormalised logits, or its weights or inputs hold NaN.',
    })
}
