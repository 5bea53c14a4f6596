/**
 * DLinear (Zeng et al. 2023, "Are transformers effective for time series forecasting?"): the look-back is parted into a
 * moving average and the rest, and each is carried to the horizon by one matrix, the same for all channels.
 *
 *     y = W_trend · average(x) + W_rest · (x − average(x)) + b
 */
import { Linear } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { linearWeights } from '../../networks/weight-counts.js'
import {
  ForecastNetwork,
  type NetworkContext,
  type NetworkInputs,
  type NetworkResult,
  type NetworkSizes,
} from '../network.js'

export const linearSchema = z.strictObject({
  name: z.literal('linear'),
  /** Steps of the moving average, odd. */
  kernelSize: z
    .int()
    .positive()
    .default(25)
    .refine((size) => size % 2 === 1, { error: 'must be odd' }),
})

export type LinearConfig = z.output<typeof linearSchema>

export class DLinear extends ForecastNetwork {
  readonly trend: Linear
  readonly rest: Linear
  readonly #kernelSize: number

  constructor({ kernelSize }: LinearConfig, { sizes, rng }: NetworkContext) {
    super(sizes)
    const { trend, rest } = partSizes(sizes)
    this.trend = new Linear({ ...trend, rng })
    this.rest = new Linear({ ...rest, rng })
    this.#kernelSize = kernelSize
  }

  static weightCount(_: LinearConfig, sizes: NetworkSizes): number {
    const { trend, rest } = partSizes(sizes)
    return linearWeights(trend) + linearWeights(rest)
  }

  forward({ past }: NetworkInputs): NetworkResult {
    const { lookback: L, horizon: H, outputs: O } = this.sizes
    const [B, , C] = past.shape as [number, number, number]
    const rows = tf.transpose(past, [0, 2, 1]) // [B, C, L]
    const kernel = tf.tensor2d(averagingMatrix(L, this.#kernelSize), [L, L])
    const average = tf.reshape(tf.matMul(tf.reshape(rows, [B * C, L]) as tf.Tensor2D, kernel), [B, C, L])
    const carried = tf.add(this.trend.forward(average), this.rest.forward(tf.sub(rows, average)))
    return { output: tf.transpose(tf.reshape(carried, [B, C, H, O]), [0, 2, 1, 3]) }
  }
}

function partSizes({ lookback, horizon, outputs }: NetworkSizes) {
  const trend = { inputSize: lookback, outputSize: horizon * outputs }
  return { trend, rest: { ...trend, bias: false } }
}

/** A with x·A the moving average of x, its ends repeated where the window reaches beyond them, `[L, L]`. */
function averagingMatrix(L: number, kernelSize: number): Float32Array {
  const matrix = new Float32Array(L * L)
  const reach = (kernelSize - 1) / 2
  const add = (from: number, t: number, steps: number) => {
    matrix[from * L + t] = (matrix[from * L + t] as number) + steps / kernelSize
  }
  for (let t = 0; t < L; t++) {
    for (let from = Math.max(0, t - reach); from <= Math.min(L - 1, t + reach); from++) add(from, t, 1)
    add(0, t, Math.max(0, reach - t))
    add(L - 1, t, Math.max(0, t + reach - (L - 1)))
  }
  return matrix
}
