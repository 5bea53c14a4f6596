/** Likelihoods by name, for configurations: one row each. */
import { z } from 'zod'
import { gaussianLikelihood, gaussianSchema } from './gaussian.js'
import type { Likelihood } from './likelihood.js'
import { negativeBinomialLikelihood, negativeBinomialSchema } from './negative-binomial.js'
import { pointLikelihood, pointSchema } from './point.js'
import { quantileLikelihood, quantileSchema } from './quantiles.js'
import { studentTLikelihood, studentTSchema } from './student-t.js'

export const likelihoodSchema = z.discriminatedUnion('type', [
  pointSchema,
  quantileSchema,
  gaussianSchema,
  studentTSchema,
  negativeBinomialSchema,
])

export type LikelihoodConfig = z.output<typeof likelihoodSchema>

const rows: {
  [T in LikelihoodConfig['type']]: (config: Extract<LikelihoodConfig, { type: T }>) => Likelihood
} = {
  point: pointLikelihood,
  quantiles: quantileLikelihood,
  gaussian: gaussianLikelihood,
  studentT: studentTLikelihood,
  negativeBinomial: negativeBinomialLikelihood,
}

export function createLikelihood(config: LikelihoodConfig): Likelihood {
  return (rows[config.type] as (config: LikelihoodConfig) => Likelihood)(config)
}

export type { Likelihood } from './likelihood.js'
