/** Networks by name: one row each, from which schema, types and the command line follow. */
import type { Rng } from '@attentive/core'
import { z } from 'zod'
import type { Likelihood } from '../likelihoods/index.js'
import type { ForecastNetwork, NetworkContext, NetworkSizes } from '../network.js'
import { DaRnn, daRnnSchema } from './da-rnn.js'
import { DeepAr, deepArSchema } from './deepar.js'
import { DLinear, linearSchema } from './linear.js'
import { DirectLstm, lstmSchema } from './lstm.js'
import { LstmAttention, lstmAttentionSchema } from './lstm-attention.js'
import { SegRnn, segRnnSchema } from './seg-rnn.js'
import { SelfAttention, selfAttentionSchema } from './self-attention.js'
import { Seq2seq, seq2seqSchema } from './seq2seq.js'

export const networkSchema = z.discriminatedUnion('name', [
  segRnnSchema,
  lstmSchema,
  lstmAttentionSchema,
  seq2seqSchema,
  selfAttentionSchema,
  daRnnSchema,
  deepArSchema,
  linearSchema,
])

export type NetworkConfig = z.output<typeof networkSchema>
export type NetworkName = NetworkConfig['name']

interface NetworkRow<Config> {
  title: string
  /** What it reads beside its targets: nothing, all covariates and static features, or those that are known for the horizon. */
  covariates: 'none' | 'known' | 'all'
  /** Whether it walks ahead on values drawn from its own distribution. Default false. */
  samples?: boolean
  create(config: Config, context: NetworkContext): ForecastNetwork
  /** Weights of what `create` makes. */
  weightCount(config: Config, sizes: NetworkSizes): number
}

export const networks: { [N in NetworkName]: NetworkRow<Extract<NetworkConfig, { name: N }>> } = {
  segrnn: {
    title: 'Segment-wise recurrent network',
    covariates: 'none',
    create: (config, context) => new SegRnn(config, context),
    weightCount: SegRnn.weightCount,
  },
  lstm: {
    title: 'LSTM, direct',
    covariates: 'all',
    create: (config, context) => new DirectLstm(config, context),
    weightCount: DirectLstm.weightCount,
  },
  'lstm-attention': {
    title: 'LSTM with temporal attention',
    covariates: 'all',
    create: (config, context) => new LstmAttention(config, context),
    weightCount: LstmAttention.weightCount,
  },
  seq2seq: {
    title: 'Encoder-decoder LSTM with attention',
    covariates: 'all',
    create: (config, context) => new Seq2seq(config, context),
    weightCount: Seq2seq.weightCount,
  },
  'self-attention': {
    title: 'LSTM with multi-head self-attention',
    covariates: 'all',
    create: (config, context) => new SelfAttention(config, context),
    weightCount: SelfAttention.weightCount,
  },
  'da-rnn': {
    title: 'Dual-stage attention (DA-RNN)',
    covariates: 'all',
    create: (config, context) => new DaRnn(config, context),
    weightCount: DaRnn.weightCount,
  },
  deepar: {
    title: 'Probabilistic autoregressive LSTM (DeepAR)',
    covariates: 'known',
    samples: true,
    create: (config, context) => new DeepAr(config, context),
    weightCount: DeepAr.weightCount,
  },
  linear: {
    title: 'Linear (DLinear)',
    covariates: 'none',
    create: (config, context) => new DLinear(config, context),
    weightCount: DLinear.weightCount,
  },
}

export const networkNames = Object.keys(networks) as NetworkName[]

export function createNetwork(
  config: NetworkConfig,
  sizes: NetworkSizes,
  { rng, likelihood }: { rng: Rng; likelihood: Likelihood },
): ForecastNetwork {
  const point: NetworkContext['point'] = (raw) => likelihood.point(likelihood.parameters(raw))
  return rowOf(config).create(config, { sizes, rng, point })
}

/** Weights of a network of these settings, known before it is made. */
export function weightCount(config: NetworkConfig, sizes: NetworkSizes): number {
  return rowOf(config).weightCount(config, sizes)
}

function rowOf({ name }: NetworkConfig): NetworkRow<NetworkConfig> {
  return networks[name] as NetworkRow<NetworkConfig>
}
