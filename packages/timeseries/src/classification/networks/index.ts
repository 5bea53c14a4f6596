/** Networks by name: one row each, from which schema, types and the command line follow. */
import type { Rng } from '@attentive/core'
import { z } from 'zod'
import type { ClassifierNetwork, NetworkSizes } from '../network.js'
import { HierarchicalAttention, hierarchicalAttentionSchema } from './hierarchical-attention.js'
import { LstmAttention, lstmAttentionSchema } from './lstm-attention.js'
import { SelfAttention, selfAttentionSchema } from './self-attention.js'

export const networkSchema = z.discriminatedUnion('name', [
  lstmAttentionSchema,
  selfAttentionSchema,
  hierarchicalAttentionSchema,
])

export type NetworkConfig = z.output<typeof networkSchema>
export type ClassifierName = NetworkConfig['name']

/** What a network is made with. */
export interface NetworkContext {
  sizes: NetworkSizes
  rng: Rng
}

interface NetworkRow<Config> {
  title: string
  create(config: Config, context: NetworkContext): ClassifierNetwork
  /** Weights of what `create` makes. */
  weightCount(config: Config, sizes: NetworkSizes): number
}

export const networks: { [N in ClassifierName]: NetworkRow<Extract<NetworkConfig, { name: N }>> } = {
  'lstm-attention': {
    title: 'LSTM with attention pooling',
    create: (config, context) => new LstmAttention(config, context),
    weightCount: LstmAttention.weightCount,
  },
  'self-attention': {
    title: 'LSTM with structured self-attention',
    create: (config, context) => new SelfAttention(config, context),
    weightCount: SelfAttention.weightCount,
  },
  'hierarchical-attention': {
    title: 'Hierarchical attention over segments',
    create: (config, context) => new HierarchicalAttention(config, context),
    weightCount: HierarchicalAttention.weightCount,
  },
}

export const classifierNames = Object.keys(networks) as ClassifierName[]

export function createNetwork(config: NetworkConfig, context: NetworkContext): ClassifierNetwork {
  return rowOf(config).create(config, context)
}

/** Weights of a network of these settings, known before it is made. */
export function weightCount(config: NetworkConfig, sizes: NetworkSizes): number {
  return rowOf(config).weightCount(config, sizes)
}

function rowOf({ name }: NetworkConfig): NetworkRow<NetworkConfig> {
  return networks[name] as NetworkRow<NetworkConfig>
}
