/** Draws a token from a row of log-probabilities, tempered and cut to its most probable part. */
import type { Rng } from '../engine/random.js'
import { requireLogProb, type StepRows } from './candidates.js'

export interface SamplerOptions {
  temperature: number
  /** null: no limit. */
  topK: number | null
  /** 1: no limit. */
  topP: number
}

export class TokenSampler {
  /** Columns that may be drawn, and their log-probabilities. */
  private columns = new Int32Array(0)
  private logProbs = new Float32Array(0)
  private count = 0
  private highest = 0

  constructor(private readonly options: SamplerOptions) {}

  /**
   * Draws a column with probability ∝ exp(log p / temperature) among the allowed tokens, cut to the top-k and then
   * to the nucleus; where equal tokens are at the edge of these, the lower columns are in.
   * @returns −1 when no token is possible.
   * @throws NumericalError when a log-probability is NaN.
   */
  draw(rows: StepRows, row: number, banned: Uint8Array, rng: Rng): number {
    const { topK, topP } = this.options
    this.collectAllowed(rows, row, banned)
    if (topK !== null && topK < this.count) this.keepBest(topK, this.sorted())
    if (topP < 1) {
      const sorted = this.sorted()
      this.keepBest(this.nucleusSize(sorted, topP), sorted)
    }
    this.orderByToken(rows, row)
    return this.pick(rng.next() * this.mass(this.logProbs.subarray(0, this.count)))
  }

  private collectAllowed({ logProbs, tokens, width }: StepRows, row: number, banned: Uint8Array): void {
    if (this.columns.length < width) {
      this.columns = new Int32Array(width)
      this.logProbs = new Float32Array(width)
    }
    this.count = 0
    this.highest = Number.NEGATIVE_INFINITY
    for (let column = 0; column < width; column++) {
      const logProb = logProbs[row * width + column] as number
      if (logProb === Number.NEGATIVE_INFINITY) continue
      const token = tokens ? (tokens[row * width + column] as number) : column
      requireLogProb(logProb, token)
      if (banned[token] === 1) continue
      this.logProbs[this.count] = logProb
      this.columns[this.count++] = column
      if (logProb > this.highest) this.highest = logProb
    }
  }

  /** The log-probabilities of all columns left, in ascending order. */
  private sorted(): Float32Array {
    return this.logProbs.slice(0, this.count).sort()
  }

  /** How many of the most probable columns it takes to hold the share `topP` of the mass. */
  private nucleusSize(sorted: Float32Array, topP: number): number {
    const enough = topP * this.mass(sorted)
    let size = 0
    for (let sum = 0; sum < enough && size < sorted.length; size++)
      sum += this.weight(sorted[sorted.length - 1 - size] as number)
    return size
  }

  /** Leaves the `n` most probable columns, in order of their index. */
  private keepBest(n: number, sorted: Float32Array): void {
    const edge = sorted[sorted.length - n] as number
    let atEdge = n - (sorted.length - 1 - sorted.lastIndexOf(edge))
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      const logProb = this.logProbs[i] as number
      if (logProb < edge || (logProb === edge && atEdge-- <= 0)) continue
      this.logProbs[kept] = logProb
      this.columns[kept++] = this.columns[i] as number
    }
    this.count = kept
  }

  /** Makes the draw the same whether the model listed all tokens or its best ones. */
  private orderByToken({ logProbs, tokens, width }: StepRows, row: number): void {
    if (!tokens) return
    const start = row * width
    const columns = this.columns.subarray(0, this.count)
    columns.sort((a, b) => (tokens[start + a] as number) - (tokens[start + b] as number))
    columns.forEach((column, i) => {
      this.logProbs[i] = logProbs[start + column] as number
    })
  }

  /** Weight of a token relative to the most probable one. */
  private weight(logProb: number): number {
    return Math.exp((logProb - this.highest) / this.options.temperature)
  }

  private mass(logProbs: Float32Array): number {
    let sum = 0
    for (const logProb of logProbs) sum += this.weight(logProb)
    return sum
  }

  /** The column where the running sum of weights passes `point`. */
  private pick(point: number): number {
    let sum = 0
    for (let i = 0; i < this.count; i++) {
      sum += this.weight(this.logProbs[i] as number)
      if (sum > point) return this.columns[i] as number
    }
    return this.count > 0 ? (this.columns[this.count - 1] as number) : -1
  }
}
