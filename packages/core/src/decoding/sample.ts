/** Sampling: tokens drawn from the model's distribution, whole or cut to its most probable part. */

import { type KnownOptions, requireKnownOptions, requireRng } from '../engine/known-options.js'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'
import type { Hypothesis } from './hypothesis.js'
import { type DecodingOptions, decodingOptions, requireInteger, resolveOptions } from './options.js'
import type { DecodingInput, StepModel } from './step-model.js'
import { TokenSampler } from './token-sampler.js'
import { walk } from './walk.js'

export interface SampleOptions extends DecodingOptions {
  /** Source of randomness. Every sample gets a generator split off it, so that it depends on no other sentence. */
  rng: Rng
  /** Sequences drawn for each sentence. Default 1. */
  numSamples?: number
  /** p ∝ p^(1/temperature): below 1 sharper, above 1 flatter. Default 1. */
  temperature?: number
  /** Draw among the k most probable tokens only (Fan et al. 2018, §5.1). Default: all. */
  topK?: number
  /**
   * Draw among the smallest set of the most probable tokens whose probabilities (tempered, within the top k) add up
   * to this: nucleus sampling (Holtzman et al. 2020, §3.1). Default 1: all.
   */
  topP?: number
}

const knownOptions = {
  ...decodingOptions,
  rng: true,
  numSamples: true,
  temperature: true,
  topK: true,
  topP: true,
} satisfies KnownOptions<SampleOptions>

/**
 * Sequences drawn token by token. The score is the log-probability under the model itself, whatever temperature,
 * top-k and nucleus made of its distribution.
 *
 * @returns for each of the B sentences `numSamples` hypotheses in the order they were drawn.
 * @throws InvalidArgumentError on options that make no sense.
 * @throws NumericalError when the model returns NaN, or no token is allowed.
 */
export async function sample<State>(
  model: StepModel<State>,
  input: DecodingInput<State>,
  options: SampleOptions,
): Promise<Hypothesis[][]> {
  const {
    rng,
    numSamples = 1,
    temperature = 1,
    topK = null,
    topP = 1,
  } = requireKnownOptions(options, knownOptions)
  requireRng(rng)
  requireInteger('numSamples', numSamples, 1)
  if (topK !== null) requireInteger('topK', topK, 1)
  requireRange(
    'temperature',
    temperature,
    temperature > 0 && temperature < Number.POSITIVE_INFINITY,
    'above 0',
  )
  requireRange('topP', topP, topP > 0 && topP <= 1, 'above 0 and at most 1')
  resolveOptions(model, input, options)
  const repeated = await repeatSentences(model, input, numSamples)
  const sampler = new TokenSampler({ temperature, topK, topP })
  const rngs = Array.from({ length: repeated.batchSize }, () => rng.split())
  const drawn = await walk(
    model,
    repeated,
    resolveOptions(model, repeated, options),
    // One more for the end token, which may be banned for a while.
    topK === null ? null : topK + 1,
    (rows, row, banned, sentence) => sampler.draw(rows, row, banned, rngs[sentence] as Rng),
  )
  return Array.from({ length: input.batchSize }, (_, b) => drawn.slice(b * numSamples, (b + 1) * numSamples))
}

/** Each sentence `times` times in a row. */
async function repeatSentences<State>(
  model: StepModel<State>,
  { state, batchSize, sourceLengths, firstTokens }: DecodingInput<State>,
  times: number,
): Promise<DecodingInput<State>> {
  const sentences = Int32Array.from({ length: batchSize * times }, (_, i) => Math.floor(i / times))
  const repeat = (values: ArrayLike<number>) => sentences.map((sentence) => values[sentence] as number)
  return {
    state: times === 1 ? state : await model.keep(state, sentences),
    batchSize: sentences.length,
    ...(sourceLengths && { sourceLengths: repeat(sourceLengths) }),
    ...(firstTokens && { firstTokens: repeat(firstTokens) }),
  }
}

function requireRange(argument: string, value: number, valid: boolean, expected: string): void {
  if (!valid)
    throw new InvalidArgumentError({ argument, expected: `a number ${expected}`, received: String(value) })
}
