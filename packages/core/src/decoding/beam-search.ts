/**
 * Beam search (Graves 2012, §2.5; Sutskever et al. 2014, §3.2) over batches. At every step the K best continuations
 * of a sentence's K hypotheses are taken; those that end leave the beam as finished, the K best others go on.
 */

import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import { InvalidArgumentError } from '../errors.js'
import { CandidateList } from './candidates.js'
import { DecodingRun, type SentenceStep } from './decoding-run.js'
import type { ChainEnd } from './history.js'
import type { Hypothesis } from './hypothesis.js'
import {
  type DecodingOptions,
  decodingOptions,
  requireInteger,
  requireNonNegative,
  resolveOptions,
} from './options.js'
import { coveragePenalty, type LengthPenalty, lengthPenaltyFunction } from './penalties.js'
import type { DecodingInput, StepModel } from './step-model.js'
import { noContinuation } from './walk.js'

export interface BeamSearchOptions extends DecodingOptions {
  /** Hypotheses K kept for each sentence. Default 5. */
  beamSize?: number
  /** Hypotheses returned for each sentence, best first; at most `beamSize`. Default 1. */
  nBest?: number
  /** How finished hypotheses of different lengths compare. Default GNMT with α = 1. */
  lengthPenalty?: LengthPenalty
  /** β of the coverage penalty, which needs a model with attention and source lengths; 0, the default: off. */
  coveragePenalty?: number
  /**
   * true (default): a sentence is done once K hypotheses have finished. false: it goes on until no live hypothesis
   * can still beat the `nBest` finished ones, or the maximum length.
   */
  earlyStopping?: boolean
}

const knownOptions = {
  ...decodingOptions,
  beamSize: true,
  nBest: true,
  lengthPenalty: true,
  coveragePenalty: true,
  earlyStopping: true,
} satisfies KnownOptions<BeamSearchOptions>

/**
 * The best sequences found for each sentence, ranked by log p / lp + cp (see `LengthPenalty`, `coveragePenalty`). A
 * search ends early when no live hypothesis can beat the finished ones. Where fewer than `nBest` have finished at
 * the maximum length, the best unfinished ones follow them, marked `finished: false`. Equal scores are ordered by
 * earlier hypothesis, then lower token id; each sentence's result is independent of the others in the batch.
 *
 * @returns for each of the B sentences up to `nBest` hypotheses; fewer when the vocabulary allows no more.
 * @throws InvalidArgumentError on options that make no sense.
 * @throws NumericalError when the model returns NaN, or no token is allowed.
 */
export async function beamSearch<State>(
  model: StepModel<State>,
  input: DecodingInput<State>,
  options: BeamSearchOptions,
): Promise<Hypothesis[][]> {
  const search = new BeamSearch(model, input, options)
  return search.run()
}

class BeamSearch<State> {
  private readonly decoding: DecodingRun<State>
  private readonly beamSize: number
  private readonly nBest: number
  private readonly earlyStopping: boolean
  private readonly lengthPenalty: (length: number) => number
  private readonly beta: number
  private readonly withAttention: boolean
  private readonly sourceLengths: ArrayLike<number> | undefined
  /** `[B, K]` log p of the live hypotheses, best first; −∞ for an empty slot. */
  private readonly logProbs: Float64Array
  private readonly candidates: CandidateList
  /** Finished hypotheses of each sentence, best first. */
  private readonly finished: ChainEnd[][]
  private readonly results: Hypothesis[][]

  constructor(model: StepModel<State>, input: DecodingInput<State>, options: BeamSearchOptions) {
    requireKnownOptions(options, knownOptions)
    const { beamSize = 5, nBest = 1, earlyStopping = true, coveragePenalty: beta = 0 } = options
    const { lengthPenalty = { type: 'gnmt' } } = options
    requireInteger('beamSize', beamSize, 1)
    requireInteger('nBest', nBest, 1)
    requireNonNegative('coveragePenalty', beta)
    if (nBest > beamSize)
      throw new InvalidArgumentError({
        argument: 'nBest',
        expected: `at most beamSize (${beamSize})`,
        received: `${nBest}`,
      })
    if (beta > 0 && !input.sourceLengths)
      throw new InvalidArgumentError({
        argument: 'coveragePenalty',
        expected: 'sourceLengths with it',
        received: 'none',
        hint: 'Without them padding would count as never covered.',
      })
    const resolved = resolveOptions(model, input, options)
    this.withAttention = resolved.attention
    const kept = { ...resolved, attention: resolved.attention || beta > 0 }
    this.decoding = new DecodingRun(model, input, kept, 1, beamSize)
    this.beamSize = beamSize
    this.nBest = nBest
    this.earlyStopping = earlyStopping
    this.lengthPenalty = lengthPenaltyFunction(lengthPenalty)
    this.beta = beta
    this.sourceLengths = input.sourceLengths
    this.logProbs = new Float64Array(input.batchSize * beamSize)
    // At most K candidates end, one of each hypothesis: among the best 2K are the K best that go on.
    this.candidates = new CandidateList(2 * beamSize)
    this.finished = Array.from({ length: input.batchSize }, () => [])
    this.results = Array.from({ length: input.batchSize }, () => [])
  }

  async run(): Promise<Hypothesis[][]> {
    // Of one hypothesis, K continuations can stay in the beam beside its end.
    await this.decoding.run(this.beamSize + 1, (step) => this.advance(step))
    return this.results
  }

  private advance(step: SentenceStep): boolean {
    const { sentence } = step
    this.collect(step)
    const alive = this.choose(sentence)
    if (alive === 0 && this.finished[sentence]?.length === 0)
      throw noContinuation(sentence, this.decoding.history.length)
    if (!this.isDone(sentence, alive)) return false
    this.conclude(sentence, alive)
    return true
  }

  /** The best 2K continuations of all live hypotheses of a sentence. */
  private collect({ sentence, rows, firstRow, beams }: SentenceStep): void {
    this.candidates.clear()
    for (let k = 0; k < beams; k++) {
      const logProb = this.logProbs[sentence * this.beamSize + k] as number
      if (logProb === Number.NEGATIVE_INFINITY) continue
      const banned = this.decoding.bannedAfter(sentence, k)
      this.candidates.offer(rows, firstRow + k, logProb, k, banned)
    }
  }

  /** Finishes and extends hypotheses; returns how many are alive, in slots 0 … alive − 1. */
  private choose(sentence: number): number {
    const { candidates, beamSize, decoding } = this
    const { endToken } = decoding.options
    let alive = 0
    for (let rank = 0; rank < candidates.count && alive < beamSize; rank++) {
      const token = candidates.tokens[rank] as number
      const parent = candidates.parents[rank] as number
      const tokenLogProb = candidates.logProbs[rank] as number
      const logProb = candidates.scores[rank] as number
      if (token !== endToken) {
        this.logProbs[sentence * beamSize + alive] = logProb
        decoding.extend(sentence, alive++, parent, token, tokenLogProb)
      } else if (rank < beamSize) {
        const step = decoding.history.length - 1
        this.finish({ sentence, step, parent, token, tokenLogProb, logProb, finished: true })
      }
    }
    this.logProbs.fill(Number.NEGATIVE_INFINITY, sentence * beamSize + alive, (sentence + 1) * beamSize)
    return alive
  }

  private finish(end: Omit<ChainEnd, 'score'>): void {
    const ends = this.finished[end.sentence] as ChainEnd[]
    const score = end.logProb / this.lengthPenalty(end.step + 1) + this.coverageOf(end)
    // Unfinished hypotheses come after the finished ones, equal scores in order of arrival.
    let at = ends.length
    while (at > 0 && ranksBefore({ ...end, score }, ends[at - 1] as ChainEnd)) at--
    ends.splice(at, 0, { ...end, score })
  }

  private coverageOf({ sentence, step, parent }: Omit<ChainEnd, 'score'>): number {
    if (this.beta === 0) return 0
    const coverage = this.decoding.history.coverage(sentence, step, parent)
    if (!coverage)
      throw new InvalidArgumentError({
        argument: 'coveragePenalty',
        expected: 'a model that returns attention',
        received: 'a model without',
      })
    return coveragePenalty(coverage, this.sourceLengths?.[sentence] as number, this.beta)
  }

  private isDone(sentence: number, alive: number): boolean {
    const ends = this.finished[sentence] as ChainEnd[]
    const maxLength = this.decoding.options.maxLengths[sentence] as number
    if (alive === 0 || this.decoding.history.length >= maxLength) return true
    if (this.earlyStopping && ends.length >= this.beamSize) return true
    if (ends.length < this.nBest) return false
    // log p only falls and lp only grows, so this is the most that the best live hypothesis can still reach.
    const reachable = (this.logProbs[sentence * this.beamSize] as number) / this.lengthPenalty(maxLength)
    return reachable <= (ends[this.nBest - 1] as ChainEnd).score
  }

  private conclude(sentence: number, alive: number): void {
    const { history } = this.decoding
    const ends = this.finished[sentence] as ChainEnd[]
    for (let slot = 0; slot < alive && ends.length < this.nBest; slot++) {
      const logProb = this.logProbs[sentence * this.beamSize + slot] as number
      this.finish({ sentence, ...history.endOf(sentence, slot), logProb, finished: false })
    }
    this.results[sentence] = ends.slice(0, this.nBest).map((end) => {
      const hypothesis = history.hypothesis(end)
      return this.withAttention ? hypothesis : { ...hypothesis, attention: null }
    })
  }
}

function ranksBefore(a: ChainEnd, b: ChainEnd): boolean {
  return a.finished === b.finished ? a.score > b.score : a.finished
}
