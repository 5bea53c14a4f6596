/** Networks by name: one row each, from which schema, types and the command line follow. */
import type { Rng } from '@attentive/core'
import { z } from 'zod'
import type { ForecastNetwork, NetworkContext, NetworkSizes } from '../network.js'
import { SegRnn, segRnnSchema } from './seg-rnn.js'

export const networkSchema = z.discriminatedUnion('name', [segRnnSchema])

export type NetworkConfig = z.output<typeof networkSchema>
export type NetworkName = NetworkConfig['name']

interface NetworkRow<Config> {
  title: string
  /** Whether it reads covariates and static features. */
  covariates: boolean
  create(config: Config, context: NetworkContext): ForecastNetwork
}

export const networks: { [N in NetworkName]: NetworkRow<Extract<NetworkConfig, { name: N }>> } = {
  segrnn: {
    title: 'Segment-wise recurrent network',
    covariates: false,
    create: (config, context) => new SegRnn(config, context),
  },
}

export function createNetwork(config: NetworkConfig, sizes: NetworkSizes, rng: Rng): ForecastNetwork {
  const row = networks[config.name] as NetworkRow<NetworkConfig>
  return row.create(config, { sizes, rng })
}
