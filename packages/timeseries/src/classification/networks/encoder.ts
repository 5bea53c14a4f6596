/** The recurrent part that all networks have. */
import { z } from 'zod'
import { cellSchema } from '../../networks/recurrent-stack.js'
import { type StackSizes, stackWeights } from '../../networks/weight-counts.js'
import { AttentionPooling, type PoolingSizes } from './attention-pooling.js'

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

export interface EncoderSizes {
  stack: StackSizes
  pooling: PoolingSizes
}

/** Of an encoder and the attention over its states. @param inputSize D */
export function encoderSizes(config: EncoderConfig, inputSize: number): EncoderSizes {
  const { cell, hiddenSize, numLayers, bidirectional, attentionSize = hiddenSize } = config
  return {
    stack: { cell, inputSize, hiddenSize, numLayers, bidirectional },
    pooling: { memorySize: bidirectional ? 2 * hiddenSize : hiddenSize, attentionSize },
  }
}

export function encoderWeights({ stack, pooling }: EncoderSizes): number {
  return stackWeights(stack) + AttentionPooling.weightCount(pooling)
}
