/** Optimisers by name, for configurations: one row each, from which schema and types follow. */
import { z } from 'zod'
import type { Parameter } from '../../engine/parameter.js'
import { checkConfig } from '../../io/check-config.js'
import type { Module } from '../../layers/module.js'
import { Adam, AdamW } from './adam.js'
import type { Optimizer } from './optimizer.js'
import { Momentum, Sgd } from './sgd.js'

const common = {
  learningRate: z.number().nonnegative().default(1e-3),
  onNonFinite: z.enum(['throw', 'skip']).default('throw'),
}
const beta = z.number().min(0).lt(1)
const moments = {
  betas: z.tuple([beta, beta]).default([0.9, 0.999]),
  epsilon: z.number().nonnegative().default(1e-8),
}

/** Schema of an optimiser in a configuration file: `{ type: 'adam', learningRate: 4e-4 }`. */
export const optimizerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sgd'), ...common, weightDecay: z.number().nonnegative().default(0) }),
  z.strictObject({
    type: z.literal('momentum'),
    ...common,
    momentum: beta.default(0.9),
    nesterov: z.boolean().default(false),
    weightDecay: z.number().nonnegative().default(0),
  }),
  z.strictObject({
    type: z.literal('adam'),
    ...common,
    ...moments,
    weightDecay: z.number().nonnegative().default(0),
  }),
  z.strictObject({
    type: z.literal('adamW'),
    ...common,
    ...moments,
    weightDecay: z.number().nonnegative().default(0.01),
  }),
])

/** Settings of an optimiser; everything but `type` has a default. */
export type OptimizerConfig = z.input<typeof optimizerSchema>
type Parsed = z.output<typeof optimizerSchema>
type Row<T extends Parsed['type']> = new (
  source: Module | readonly Parameter[],
  options: Extract<Parsed, { type: T }>,
) => Optimizer

const optimizers: { [T in Parsed['type']]: Row<T> } = {
  sgd: Sgd,
  momentum: Momentum,
  adam: Adam,
  adamW: AdamW,
}

/**
 * The optimiser that `config` describes, on the trainable parameters of `source`.
 * @throws InvalidArgumentError naming the field that is wrong.
 */
export function createOptimizer(config: OptimizerConfig, source: Module | readonly Parameter[]): Optimizer {
  const parsed = checkConfig(optimizerSchema, config, 'optimizer')
  const Chosen = optimizers[parsed.type] as Row<Parsed['type']>
  return new Chosen(source, parsed as never)
}
