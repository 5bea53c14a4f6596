/** The recurrent part that all networks have. */
import { z } from 'zod'
import { cellSchema } from '../../networks/recurrent-stack.js'

/** Fields of the settings of a network. */
export const encoderFields = {
  /** H, numbers in a state, of each direction. */
  hiddenSize: z.int().positive().default(64),
  numLayers: z.int().positive().default(1),
  cell: cellSchema,
  /** States know what comes after them, too. */
  bidirectional: z.boolean().default(true),
  /** A of the attention. Default H. */
  attentionSize: z.int().positive().optional(),
  dropout: z.number().min(0).lt(1).default(0.2),
}

type EncoderConfig = z.output<z.ZodObject<typeof encoderFields>>

/** Weights that an encoder and its attention have at least. @param inputSize D */
export function encoderWeights(
  { hiddenSize: H, numLayers, attentionSize = H }: EncoderConfig,
  inputSize: number,
): number {
  return H * (numLayers * H + inputSize + attentionSize)
}
