/** Small models whose every answer depends on the whole prefix, so that a state given to the wrong row is noticed. */
import type { DecodingInput, StepModel, StepRequest, StepResult } from '@attentive/core'

export interface PrefixState {
  /** `[B, K]` a hash of sentence and prefix. */
  hashes: Int32Array
  beams: number
}

export interface PrefixModelOptions {
  vocabularySize: number
  seed?: number
  /** S of the attention; none when left out. */
  attention?: number
  /** Honour `topK` natively. */
  selects?: boolean
  batchSizes?: readonly number[]
  /** How peaked distributions are. */
  scale?: number
}

function mix(hash: number, value: number): number {
  let z = Math.imul(hash ^ (value + 0x9e3779b9), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 15), 0xc2b2ae35)
  return z ^ (z >>> 16)
}

/** `count` numbers in [0, 1) that the hash determines. */
function numbers(hash: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (mix(mix(hash, i), 77) >>> 0) / 2 ** 32)
}

function logSoftmax(logits: number[]): Float32Array {
  const highest = Math.max(...logits)
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)
  return Float32Array.from(logits, (logit) => logit - highest - Math.log(total))
}

export class PrefixModel implements StepModel<PrefixState> {
  readonly vocabularySize: number
  /** Batch size of every step that was asked for. */
  readonly batches: number[] = []
  readonly widths: (number | null)[] = []
  released = 0

  constructor(private readonly options: PrefixModelOptions) {
    this.vocabularySize = options.vocabularySize
  }

  /** The state of sentences, each with a number that stands for its source. */
  start(sentences: readonly number[]): DecodingInput<PrefixState> {
    const hashes = Int32Array.from(sentences, (sentence) => mix(this.options.seed ?? 1, sentence))
    return { state: { hashes, beams: 1 }, batchSize: sentences.length }
  }

  next(hash: number, token: number): number {
    return mix(hash, token)
  }

  logProbs(hash: number): Float32Array {
    const { vocabularySize, scale = 3 } = this.options
    return logSoftmax(numbers(hash, vocabularySize).map((number) => scale * number))
  }

  attention(hash: number): Float32Array {
    return logSoftmax(numbers(mix(hash, 5), this.options.attention ?? 0)).map(Math.exp)
  }

  batchSizeFor(live: number): number {
    return this.options.batchSizes?.find((size) => size >= live) ?? live
  }

  async step({
    tokens,
    parents,
    state,
    beams,
    topK,
  }: StepRequest<PrefixState>): Promise<StepResult<PrefixState>> {
    this.batches.push(tokens.length / beams)
    this.widths.push(topK)
    const hashes = tokens.map((token, row) => {
      const sentence = Math.floor(row / beams)
      const parent = parents[row] as number
      if (parent >= state.beams) throw new RangeError('parent out of range')
      return this.next(state.hashes[sentence * state.beams + parent] as number, token)
    })
    const rows = [...hashes].map((hash) => this.logProbs(hash))
    const chosen = this.options.selects && topK !== null ? topK : null
    const order = rows.map((row) =>
      [...row.keys()].sort((a, b) => (row[b] as number) - (row[a] as number) || a - b),
    )
    return {
      state: { hashes, beams },
      logProbs: Float32Array.from(
        rows.flatMap((row, i) =>
          chosen ? (order[i] ?? []).slice(0, chosen).map((t) => row[t] as number) : [...row],
        ),
      ),
      tokens: chosen ? Int32Array.from(order.flatMap((ids) => ids.slice(0, chosen))) : null,
      attention: this.options.attention
        ? Float32Array.from([...hashes].flatMap((hash) => [...this.attention(hash)]))
        : null,
    }
  }

  keep({ hashes, beams }: PrefixState, sentences: Int32Array): PrefixState {
    const kept = [...sentences].flatMap((sentence) => [
      ...hashes.subarray(sentence * beams, (sentence + 1) * beams),
    ])
    return { hashes: Int32Array.from(kept), beams }
  }

  release(): void {
    this.released++
  }
}

/** A complete sequence and what the model says of it. */
export interface Sequence {
  tokens: number[]
  logProb: number
  /** Number of log-probabilities in it: the tokens and the end token. */
  length: number
  finished: boolean
}

/** Every sequence of a sentence that ends within `maxLength` steps, and those that are cut off there. */
export function allSequences(
  model: PrefixModel,
  sentence: number,
  { beginToken, endToken, maxLength }: { beginToken: number; endToken: number; maxLength: number },
): Sequence[] {
  const found: Sequence[] = []
  const visit = (hash: number, last: number, tokens: number[], logProb: number): void => {
    const next = model.next(hash, last)
    model.logProbs(next).forEach((tokenLogProb, token) => {
      const sum = logProb + tokenLogProb
      const length = tokens.length + 1
      if (token === endToken) found.push({ tokens, logProb: sum, length, finished: true })
      else if (length === maxLength)
        found.push({ tokens: [...tokens, token], logProb: sum, length, finished: false })
      else visit(next, token, [...tokens, token], sum)
    })
  }
  visit(model.start([sentence]).state.hashes[0] as number, beginToken, [], 0)
  return found
}

/** The log-probability of each token of a sequence (with the end token, if it has one), asked of the model again. */
export function scoreAgain(
  model: PrefixModel,
  sentence: number,
  beginToken: number,
  tokens: number[],
): number[] {
  let hash = model.start([sentence]).state.hashes[0] as number
  let last = beginToken
  return tokens.map((token) => {
    hash = model.next(hash, last)
    last = token
    return model.logProbs(hash)[token] as number
  })
}

/** A model without memory: row `last` of a table of probabilities. */
export function tableModel(table: number[][], attention: number[][] | null = null) {
  const rows = table.map((row) => row.map(Math.log))
  return {
    vocabularySize: table.length,
    step: async ({ tokens: last }: { tokens: Int32Array }) => ({
      state: null,
      logProbs: Float32Array.from([...last].flatMap((token) => rows[token] as number[])),
      tokens: null,
      attention: attention && Float32Array.from([...last].flatMap((token) => attention[token] as number[])),
    }),
    keep: () => null,
  }
}
