/** Greedy search: at every step the most probable token. */
import { requireKnownOptions } from '../engine/known-options.js'
import { requireLogProb, type StepRows } from './candidates.js'
import type { Hypothesis } from './hypothesis.js'
import { type DecodingOptions, decodingOptions, resolveOptions } from './options.js'
import type { DecodingInput, StepModel } from './step-model.js'
import { walk } from './walk.js'

/**
 * One sequence for each of the B sentences, y_t = argmax p(· | y_<t); ties go to the lower token id. The score is
 * the log-probability.
 *
 * @throws InvalidArgumentError on options that make no sense.
 * @throws NumericalError when the model returns NaN, or no token is allowed.
 */
export async function greedySearch<State>(
  model: StepModel<State>,
  input: DecodingInput<State>,
  options: DecodingOptions,
): Promise<Hypothesis[]> {
  const resolved = resolveOptions(model, input, requireKnownOptions(options, decodingOptions))
  // The end token may be banned for a while, too.
  return walk(model, input, resolved, 2, bestColumn)
}

function bestColumn({ logProbs, tokens, width }: StepRows, row: number, banned: Uint8Array): number {
  let best = -1
  let highest = Number.NEGATIVE_INFINITY
  for (let column = 0; column < width; column++) {
    const logProb = logProbs[row * width + column] as number
    // Written so that NaN comes through.
    if (logProb <= highest) continue
    const token = tokens ? (tokens[row * width + column] as number) : column
    requireLogProb(logProb, token)
    if (banned[token] === 1) continue
    best = column
    highest = logProb
  }
  return best
}
