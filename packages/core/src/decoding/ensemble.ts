/** Several models that decode as one. */
import { InvalidArgumentError, ShapeError } from '../errors.js'
import { CandidateList } from './candidates.js'
import type { StepModel, StepRequest, StepResult } from './step-model.js'

export interface EnsembleOptions {
  /**
   * - `probability` (default): log of the mean probability;
   * - `logProbability`: the mean log-probability, a geometric mean that is not normalised again.
   */
  average?: 'probability' | 'logProbability'
}

/**
 * A step model that steps all its members and averages what they say of the next token, on the host. Its state is
 * the members' states in order. Attention is averaged where all members have some over the same source positions,
 * else there is none. Members that can step together natively are better put into one `StepModel` of their own.
 */
export class EnsembleStepModel<State> implements StepModel<readonly State[]> {
  readonly vocabularySize: number
  private readonly average: Average

  /** @throws InvalidArgumentError without members, or when their vocabularies differ in size. */
  constructor(
    private readonly members: readonly StepModel<State>[],
    { average = 'probability' }: EnsembleOptions = {},
  ) {
    const sizes = [...new Set(members.map((member) => member.vocabularySize))]
    if (sizes.length !== 1)
      throw new InvalidArgumentError({
        argument: 'members',
        expected: 'at least one model, all with vocabularies of one size',
        received: members.length > 0 ? `sizes ${sizes.join(', ')}` : 'none',
      })
    this.vocabularySize = sizes[0] as number
    this.average = averages[average]
  }

  async step({
    state,
    topK,
    ...request
  }: StepRequest<readonly State[]>): Promise<StepResult<readonly State[]>> {
    const results = await this.stepAll({ ...request, state })
    const rows = request.tokens.length
    const logProbs = results.map((result) => requireAll(result, rows * this.vocabularySize))
    return {
      state: results.map((result) => result.state),
      ...(topK === null ? this.averageAll(logProbs) : this.averageBest(logProbs, rows, topK)),
      attention: meanAttention(results.map(({ attention }) => attention)),
    }
  }

  /** A search releases the state of a step that failed: of those members that have made theirs, it is the new one. */
  private async stepAll({
    state,
    ...request
  }: Omit<StepRequest<readonly State[]>, 'topK'>): Promise<StepResult<State>[]> {
    const steps = await Promise.allSettled(
      this.members.map((member, m) => member.step({ ...request, state: state[m] as State, topK: null })),
    )
    const failed = steps.find((step) => step.status === 'rejected')
    if (failed === undefined)
      return steps.flatMap((step) => (step.status === 'fulfilled' ? [step.value] : []))
    steps.forEach((step, m) => {
      if (step.status === 'fulfilled') (state as State[])[m] = step.value.state
    })
    throw failed.reason
  }

  keep(state: readonly State[], sentences: Int32Array): Promise<readonly State[]> {
    return Promise.all(this.members.map((member, m) => member.keep(state[m] as State, sentences)))
  }

  batchSizeFor(live: number): number {
    return Math.max(...this.members.map((member) => member.batchSizeFor?.(live) ?? live))
  }

  release(state: readonly State[]): void {
    this.members.forEach((member, m) => {
      member.release?.(state[m] as State)
    })
  }

  private averageAll(logProbs: Float32Array[]): Averaged {
    const { mean } = this.average
    return { logProbs: (logProbs[0] as Float32Array).map((_, at) => mean(logProbs, at)), tokens: null }
  }

  private averageBest(logProbs: Float32Array[], rows: number, n: number): Averaged {
    const best = new Float32Array(rows * n).fill(Number.NEGATIVE_INFINITY)
    const tokens = new Int32Array(rows * n)
    const list = new CandidateList(n)
    const bounds = new Float32Array(this.vocabularySize)
    for (let row = 0; row < rows; row++) {
      this.bestOfRow(logProbs, row, bounds, list)
      best.set(list.logProbs.subarray(0, list.count), row * n)
      tokens.set(list.tokens.subarray(0, list.count), row * n)
    }
    return { logProbs: best, tokens }
  }

  /**
   * A mean is expensive (an exponential for each member), its upper bound is not: means are taken of those tokens
   * only whose bound reaches what the best N are sure to have.
   */
  private bestOfRow(logProbs: Float32Array[], row: number, bounds: Float32Array, list: CandidateList): void {
    const { vocabularySize, average } = this
    const start = row * vocabularySize
    for (let token = 0; token < vocabularySize; token++)
      bounds[token] = average.bound(logProbs, start + token)
    list.clear()
    list.offer({ logProbs: bounds, tokens: null, width: vocabularySize }, 0, 0, 0, NONE_BANNED)
    const least = list.worst() - average.slack(logProbs.length)
    list.clear()
    for (let token = 0; token < vocabularySize; token++) {
      if ((bounds[token] as number) < least) continue
      const mean = Math.fround(average.mean(logProbs, start + token))
      list.offerOne(mean, 0, token, mean)
    }
  }
}

type Averaged = Pick<StepResult<unknown>, 'logProbs' | 'tokens'>

const NONE_BANNED = new Uint8Array(0)

/** How log-probabilities are averaged: bound − slack(M) ≤ mean ≤ bound. */
interface Average {
  mean(logProbs: Float32Array[], at: number): number
  bound(logProbs: Float32Array[], at: number): number
  slack(members: number): number
}

const averages: Record<'probability' | 'logProbability', Average> = {
  probability: {
    mean(logProbs, at) {
      const highest = maximum(logProbs, at)
      if (highest === Number.NEGATIVE_INFINITY) return highest
      let sum = 0
      for (const member of logProbs) sum += Math.exp((member[at] as number) - highest)
      return highest + Math.log(sum / logProbs.length)
    },
    bound: maximum,
    slack: (members) => Math.log(members),
  },
  logProbability: { mean: arithmeticMean, bound: arithmeticMean, slack: () => 0 },
}

function maximum(arrays: Float32Array[], at: number): number {
  let highest = Number.NEGATIVE_INFINITY
  for (const array of arrays) highest = Math.max(highest, array[at] as number)
  return highest
}

function arithmeticMean(arrays: Float32Array[], at: number): number {
  let sum = 0
  for (const array of arrays) sum += array[at] as number
  return sum / arrays.length
}

function requireAll({ logProbs, tokens }: StepResult<unknown>, size: number): Float32Array {
  if (tokens || logProbs.length !== size)
    throw new ShapeError({
      argument: 'step(…).logProbs',
      expected: `log-probabilities of the whole vocabulary (${size} numbers)`,
      received: `${logProbs.length}${tokens ? ' of selected tokens' : ''}`,
      hint: 'A member of an ensemble must return all tokens when topK is null.',
    })
  return logProbs
}

function meanAttention(attentions: (Float32Array | null)[]): Float32Array | null {
  const present = attentions.filter((attention) => attention !== null)
  const [first] = present
  if (!first || present.length < attentions.length) return null
  if (present.some((attention) => attention.length !== first.length)) return null
  return first.map((_, at) => arithmeticMean(present, at))
}
