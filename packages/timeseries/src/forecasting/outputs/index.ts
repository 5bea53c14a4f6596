/** Outputs by name, for configurations: one row each. */
import { z } from 'zod'
import { gaussianOutput, gaussianSchema } from './gaussian.js'
import type { Output } from './output.js'
import { pointOutput, pointSchema } from './point.js'
import { quantileOutput, quantileSchema } from './quantiles.js'

export const outputSchema = z.discriminatedUnion('type', [pointSchema, quantileSchema, gaussianSchema])

export type OutputConfig = z.output<typeof outputSchema>

const rows: { [T in OutputConfig['type']]: (config: Extract<OutputConfig, { type: T }>) => Output } = {
  point: pointOutput,
  quantiles: quantileOutput,
  gaussian: gaussianOutput,
}

export function createOutput(config: OutputConfig): Output {
  return (rows[config.type] as (config: OutputConfig) => Output)(config)
}

export type { Output } from './output.js'
