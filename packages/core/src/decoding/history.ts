/**
 * The past of a search: which token every hypothesis got at every step and which one it continued. Hypotheses are
 * chains through it, followed backwards only when one is finished.
 */
import type { Hypothesis } from './hypothesis.js'

/** What a step left behind for all sentences; slots are `[B, K]`, B the sentences that the search began with. */
interface PastStep {
  tokens: Int32Array
  parents: Int32Array
  logProbs: Float32Array
  /** `[positions, beams, S]` in the batch as it was then. */
  attention: Float32Array | null
  beams: number
  /** `[B]` where each sentence was in the batch then. */
  positions: Int32Array
}

/** A chain that has ended: its last token is chosen from hypothesis `parent` at step `step`. */
export interface ChainEnd {
  sentence: number
  step: number
  parent: number
  token: number
  tokenLogProb: number
  logProb: number
  score: number
  finished: boolean
}

export class DecodingHistory {
  private readonly steps: PastStep[] = []
  /** Source positions S of the attention; 0 as long as there is none. */
  private sourceLength = 0

  constructor(
    private readonly batchSize: number,
    private readonly beams: number,
  ) {}

  /** Number of steps so far, which is the length of every live hypothesis. */
  get length(): number {
    return this.steps.length
  }

  /** Opens the next step; its slots are filled in by `extend`. */
  begin(attention: Float32Array | null, beams: number, positions: Int32Array, batchSize: number): void {
    const slots = this.batchSize * this.beams
    if (attention) this.sourceLength = attention.length / (batchSize * beams)
    this.steps.push({
      tokens: new Int32Array(slots),
      parents: new Int32Array(slots),
      logProbs: new Float32Array(slots),
      attention,
      beams,
      positions,
    })
  }

  /** Slot `slot` of a sentence now continues `parent` with `token`. */
  extend(sentence: number, slot: number, parent: number, token: number, logProb: number): void {
    const step = this.steps[this.steps.length - 1] as PastStep
    const at = sentence * this.beams + slot
    step.tokens[at] = token
    step.parents[at] = parent
    step.logProbs[at] = logProb
  }

  /** Writes the first `length` tokens of the hypothesis that was in `slot` after as many steps into `target`. */
  readPrefix(sentence: number, slot: number, length: number, target: Int32Array): void {
    let current = slot
    for (let t = length - 1; t >= 0; t--) {
      const step = this.steps[t] as PastStep
      const at = sentence * this.beams + current
      target[t] = step.tokens[at] as number
      current = step.parents[at] as number
    }
  }

  /** The live hypothesis in `slot`, ended as it is. */
  endOf(sentence: number, slot: number): Pick<ChainEnd, 'step' | 'parent' | 'token' | 'tokenLogProb'> {
    const step = this.steps[this.steps.length - 1] as PastStep
    const at = sentence * this.beams + slot
    return {
      step: this.steps.length - 1,
      parent: step.parents[at] as number,
      token: step.tokens[at] as number,
      tokenLogProb: step.logProbs[at] as number,
    }
  }

  /** `[S]` attention summed over the steps of a chain; null where the model has none. */
  coverage(sentence: number, lastStep: number, parent: number): Float64Array | null {
    if (!this.steps[lastStep]?.attention) return null
    const sum = new Float64Array(this.sourceLength)
    this.chain(sentence, lastStep, parent).forEach((from, t) => {
      const row = this.attentionRow(sentence, t, from)
      row?.forEach((weight, s) => {
        sum[s] = (sum[s] as number) + weight
      })
    })
    return sum
  }

  /** The whole hypothesis that ends here. */
  hypothesis({ sentence, step, parent, token, tokenLogProb, ...end }: ChainEnd): Hypothesis {
    const chain = this.chain(sentence, step, parent)
    const tokens = new Int32Array(step + 1)
    const tokenLogProbs = new Float32Array(step + 1)
    for (let t = 0; t < step; t++) {
      const at = sentence * this.beams + (chain[t + 1] as number)
      tokens[t] = this.steps[t]?.tokens[at] as number
      tokenLogProbs[t] = this.steps[t]?.logProbs[at] as number
    }
    tokens[step] = token
    tokenLogProbs[step] = tokenLogProb
    const length = end.finished ? step : step + 1
    return {
      tokens: tokens.subarray(0, length),
      score: end.score,
      logProb: end.logProb,
      tokenLogProbs,
      attention: this.attentionOf(sentence, chain.subarray(0, length)),
      finished: end.finished,
    }
  }

  /** `[step + 1]` the slot that each step of a chain continued. */
  private chain(sentence: number, step: number, parent: number): Int32Array {
    const chain = new Int32Array(step + 1)
    chain[step] = parent
    for (let t = step; t > 0; t--)
      chain[t - 1] = this.steps[t - 1]?.parents[sentence * this.beams + (chain[t] as number)] as number
    return chain
  }

  private attentionOf(sentence: number, chain: Int32Array): Float32Array | null {
    if (!this.steps[0]?.attention) return null
    const attention = new Float32Array(chain.length * this.sourceLength)
    chain.forEach((from, t) => {
      const row = this.attentionRow(sentence, t, from)
      if (row) attention.set(row, t * this.sourceLength)
    })
    return attention
  }

  private attentionRow(sentence: number, t: number, slot: number): Float32Array | null {
    const { attention, beams, positions } = this.steps[t] as PastStep
    const start = ((positions[sentence] as number) * beams + slot) * this.sourceLength
    return attention?.subarray(start, start + this.sourceLength) ?? null
  }
}
