/**
 * DLinear (Zeng et al. 2023, "Are transformers effective for time series forecasting?"): the look-back is parted into a
 * moving average and the rest, and each is carried to the horizon by one matrix, the same for all channels.
 *
 *     y = W_trend · average(x) + W_rest · (x − average(x)) + b
 */
import { Linear } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { ForecastNetwork, type NetworkContext, type NetworkInputs, type NetworkResult } from '../network.js'

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
    const shape = { inputSize: sizes.lookback, outputSize: sizes.horizon * sizes.outputs }
    this.trend = new Linear({ ...shape, rng })
    this.rest = new Linear({ ...shape, bias: false, rng })
    this.#kernelSize = kernelSize
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

/** A with x·A the moving average of x, its ends repeated where the window reaches beyond them, `[L, L]`. */
function averagingMatrix(L: number, kernelSize: number): Float32Array {
  const matrix = new Float32Array(L * L)
  const reach = (kernelSize - 1) / 2
  for (let t = 0; t < L; t++)
    for (let offset = -reach; offset <= reach; offset++) {
      const from = Math.min(L - 1, Math.max(0, t + offset))
      matrix[from * L + t] = (matrix[from * L + t] as number) + 1 / kernelSize
    }
  return matrix
}
