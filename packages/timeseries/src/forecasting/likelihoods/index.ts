/** Likelihoods by name, for configurations: one row each. */
import { z } from 'zod'
import { gaussianLikelihood, gaussianSchema } from './gaussian.js'
import type { Likelihood } from './likelihood.js'
import { pointLikelihood, pointSchema } from './point.js'
import { quantileLikelihood, quantileSchema } from './quantiles.js'

export const likelihoodSchema = z.discriminatedUnion('type', [pointSchema, quantileSchema, gaussianSchema])

export type LikelihoodConfig = z.output<typeof likelihoodSchema>

const rows: {
  [T in LikelihoodConfig['type']]: (config: Extract<LikelihoodConfig, { type: T }>) => Likelihood
} = {
  point: pointLikelihood,
  quantiles: quantileLikelihood,
  gaussian: gaussianLikelihood,
}

export function createLikelihood(config: LikelihoodConfig): Likelihood {
  return (rows[config.type] as (config: LikelihoodConfig) => Likelihood)(config)
}

export type { Likelihood } from './likelihood.js'
