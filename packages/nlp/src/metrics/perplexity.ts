import { InvalidArgumentError, NumericalError } from '@attentive/core'
import { Metric, type MetricScore, type Statistics } from './metric.js'

/**
 * `exp(NLL / N)`: among how many equally likely tokens the model hesitates on average.
 *
 * @param negativeLogLikelihood summed over all tokens, in nats (natural logarithm), without label smoothing.
 * @param numTokens tokens summed over: end-of-sentence marks count, padding does not.
 * @throws InvalidArgumentError if there are no tokens; NumericalError if the sum is NaN.
 */
export function perplexity(negativeLogLikelihood: number, numTokens: number): number {
  if (!(numTokens > 0))
    throw new InvalidArgumentError({
      argument: 'numTokens',
      expected: 'a positive number',
      received: String(numTokens),
    })
  if (Number.isNaN(negativeLogLikelihood))
    throw new NumericalError({
      argument: 'negativeLogLikelihood',
      expected: 'a sum in nats',
      received: 'NaN',
      hint: 'Some token got the probability NaN: look at the loss of each batch.',
    })
  return Math.exp(negativeLogLikelihood / numTokens)
}

/** Perplexity as a metric whose statistics add up. Statistics: summed negative log-likelihood, number of tokens. */
export class Perplexity extends Metric {
  readonly name = 'perplexity'
  readonly higherIsBetter = false
  readonly numStatistics = 2

  /** @throws InvalidArgumentError if there are no tokens; NumericalError if the sum is NaN. */
  scoreFromStatistics(statistics: Statistics): MetricScore {
    const [negativeLogLikelihood, numTokens] = statistics as [number, number]
    return { name: this.name, score: perplexity(negativeLogLikelihood, numTokens), details: '' }
  }
}
