/** The loop of greedy search and sampling: every sentence goes on with one chosen token until it ends. */
import { NumericalError } from '../errors.js'
import type { StepRows } from './candidates.js'
import { DecodingRun, type SentenceStep } from './decoding-run.js'
import type { Hypothesis } from './hypothesis.js'
import type { ResolvedOptions } from './options.js'
import type { DecodingInput, StepModel } from './step-model.js'

/**
 * Chooses one column of a row, given the `[V]` mask of banned tokens; −1 when none is possible.
 * @throws NumericalError when a log-probability is NaN.
 */
export type Choose = (rows: StepRows, row: number, banned: Uint8Array, sentence: number) => number

/** @param topK how many allowed tokens of a row `choose` needs; null: all. */
export async function walk<State>(
  model: StepModel<State>,
  input: DecodingInput<State>,
  options: ResolvedOptions,
  topK: number | null,
  choose: Choose,
): Promise<Hypothesis[]> {
  const decoding = new DecodingRun(model, input, options, 1, 1)
  const { history } = decoding
  const results = new Array<Hypothesis>(input.batchSize)
  const logProbs = new Float64Array(input.batchSize)

  const advance = ({ sentence, rows, firstRow }: SentenceStep): boolean => {
    const column = choose(rows, firstRow, decoding.bannedAfter(sentence, 0), sentence)
    if (column < 0) throw noContinuation(sentence, history.length)
    const at = firstRow * rows.width + column
    const token = rows.tokens ? (rows.tokens[at] as number) : column
    const tokenLogProb = rows.logProbs[at] as number
    const logProb = (logProbs[sentence] as number) + tokenLogProb
    logProbs[sentence] = logProb
    const finished = token === options.endToken
    if (!finished) decoding.extend(sentence, 0, 0, token, tokenLogProb)
    const done = finished || history.length >= (options.maxLengths[sentence] as number)
    if (done) {
      const end = { sentence, step: history.length - 1, parent: 0, token, tokenLogProb, finished }
      results[sentence] = history.hypothesis({ ...end, logProb, score: logProb })
    }
    return done
  }

  await decoding.run(topK, advance)
  return results
}

/** Nothing may follow: every token is banned or impossible. */
export function noContinuation(sentence: number, step: number): NumericalError {
  return new NumericalError({
    argument: 'logProbs',
    expected: 'at least one token that may come next',
    received: `none for sentence ${sentence} at step ${step}`,
    hint: 'Ban fewer tokens, lower minLength, or look for a model that gives every token probability zero.',
  })
}
