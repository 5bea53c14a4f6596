/** Options that all searches share, their defaults and their checks. */

import type { KnownOptions } from '../engine/known-options.js'
import { InvalidArgumentError } from '../errors.js'
import type { DecodingInput, StepModel } from './step-model.js'

/** A number of tokens, or how to find it from the source length of a sentence. */
export type LengthLimit = number | ((sourceLength: number) => number)

export interface DecodingOptions {
  /** The token that every sequence starts from; it is not part of the result. */
  beginToken: number
  /** The token that ends a sequence; it is not part of the result. */
  endToken: number
  /** Fewest tokens before the end token. Default 0. */
  minLength?: LengthLimit
  /**
   * Most steps: a sequence that has this many tokens and no end token yet is cut off there. Default twice the source
   * length plus 10, or 100 where source lengths are unknown.
   */
  maxLength?: LengthLimit
  /** Tokens that are never chosen, such as padding, begin-of-sentence or the unknown word. Default none. */
  bannedTokens?: readonly number[]
  /** No sequence of this many tokens occurs twice in a hypothesis (Paulus et al. 2018, §2.5); 0, the default: off. */
  noRepeatNgramSize?: number
  /** Whether hypotheses carry the model's attention. Default true. */
  attention?: boolean
}

/** What every search knows; each may know more. */
export const decodingOptions = {
  beginToken: true,
  endToken: true,
  minLength: true,
  maxLength: true,
  bannedTokens: true,
  noRepeatNgramSize: true,
  attention: true,
} satisfies KnownOptions<DecodingOptions>

/** The options with their defaults, and the limits of each sentence. */
export interface ResolvedOptions {
  beginToken: number
  endToken: number
  bannedTokens: readonly number[]
  noRepeatNgramSize: number
  attention: boolean
  /** `[B]` */
  minLengths: Int32Array
  /** `[B]` */
  maxLengths: Int32Array
  /** `[B]` the token each sentence starts from. */
  firstTokens: Int32Array
}

const DEFAULT_MAX_LENGTH = 100

/** @throws InvalidArgumentError naming the option that makes no sense. */
export function resolveOptions<State>(
  model: StepModel<State>,
  input: DecodingInput<State>,
  options: DecodingOptions,
): ResolvedOptions {
  const { batchSize, sourceLengths, firstTokens } = input
  const { vocabularySize } = model
  const { beginToken, endToken, bannedTokens = [], noRepeatNgramSize = 0, attention = true } = options
  requireInteger('batchSize', batchSize, 0)
  requireToken('beginToken', beginToken, vocabularySize)
  requireToken('endToken', endToken, vocabularySize)
  for (const token of bannedTokens) requireToken('bannedTokens', token, vocabularySize)
  requireInteger('noRepeatNgramSize', noRepeatNgramSize, 0)
  requireOnePerSentence('sourceLengths', sourceLengths, batchSize)
  requireOnePerSentence('firstTokens', firstTokens, batchSize)
  const defaultLimit = sourceLengths ? (source: number) => 2 * source + 10 : DEFAULT_MAX_LENGTH
  const minLengths = limits('minLength', options.minLength ?? 0, 0, input)
  const maxLengths = limits('maxLength', options.maxLength ?? defaultLimit, 1, input)
  minLengths.forEach((least, b) => {
    const most = maxLengths[b] as number
    if (least > most)
      throw new InvalidArgumentError({
        argument: 'minLength',
        expected: `at most maxLength (${most})`,
        received: `${least} for sentence ${b}`,
      })
  })
  const starts = new Int32Array(batchSize).map((_, b) => firstTokens?.[b] ?? beginToken)
  for (const token of starts) requireToken('firstTokens', token, vocabularySize)
  return {
    beginToken,
    endToken,
    bannedTokens,
    noRepeatNgramSize,
    attention,
    minLengths,
    maxLengths,
    firstTokens: starts,
  }
}

function limits<State>(
  argument: string,
  limit: LengthLimit,
  atLeast: number,
  { batchSize, sourceLengths }: DecodingInput<State>,
): Int32Array {
  if (typeof limit === 'function' && !sourceLengths)
    throw new InvalidArgumentError({
      argument,
      expected: 'a number where source lengths are unknown',
      received: 'a function of the source length',
      hint: 'Pass sourceLengths with the state.',
    })
  const resolved = new Int32Array(batchSize)
  for (let b = 0; b < batchSize; b++) {
    const value = typeof limit === 'function' ? Math.floor(limit(sourceLengths?.[b] as number)) : limit
    requireInteger(argument, value, atLeast)
    resolved[b] = value
  }
  return resolved
}

/** @throws InvalidArgumentError unless `value` is an integer of at least `atLeast`. */
export function requireInteger(argument: string, value: number, atLeast: number): void {
  if (!Number.isSafeInteger(value) || value < atLeast)
    throw new InvalidArgumentError({
      argument,
      expected: `an integer of at least ${atLeast}`,
      received: String(value),
    })
}

/** @throws InvalidArgumentError unless `value` is a finite number of at least 0. */
export function requireNonNegative(argument: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError({
      argument,
      expected: 'a finite number of at least 0',
      received: String(value),
    })
}

function requireToken(argument: string, token: number, vocabularySize: number): void {
  if (!Number.isSafeInteger(token) || token < 0 || token >= vocabularySize)
    throw new InvalidArgumentError({
      argument,
      expected: `a token id from 0 to ${vocabularySize - 1}`,
      received: String(token),
    })
}

function requireOnePerSentence(
  argument: string,
  values: ArrayLike<number> | undefined,
  batchSize: number,
): void {
  if (values && values.length !== batchSize)
    throw new InvalidArgumentError({
      argument,
      expected: `${batchSize} numbers, one for each sentence`,
      received: `${values.length}`,
    })
}
