/** A function whose batches are worth dividing: loss, rows and gradients of an LSTM, with dropout and a mask. */
import { readdirSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { type CompileOptions, compile } from '../../src/engine/compile.js'
import { NdArray } from '../../src/engine/nd-array.js'
import { Rng } from '../../src/engine/random.js'
import { Lstm } from '../../src/layers/index.js'
import { valueAndGradients } from '../../src/training/index.js'

export const [T, D, H] = [64, 48, 64]

export type Batch = { x: tf.Tensor; mask: tf.Tensor }
export type BatchArrays = { x: NdArray; mask: NdArray }

export function batchOf(rows: number, rng = new Rng(rows)): BatchArrays {
  const x = Float32Array.from({ length: rows * T * D }, () => rng.nextNormal())
  // Rows count differently: the mean of the halves' means would be another number.
  const mask = Float32Array.from({ length: rows * T }, (_, i) =>
    (i % T) * rows < Math.floor(i / T) * T ? 1 : 0,
  )
  return { x: new NdArray(x, [rows, T, D]), mask: new NdArray(mask, [rows, T]) }
}

export const axes = { x: ['B', null, null], mask: ['B', null] } as const
export const byMask = { axis: 'B', weights: 'mask' } as const

/** Mean square of an LSTM's outputs where the mask says so, with dropout. */
export function lossOf(layer: Lstm, { x, mask }: Batch, rng: Rng) {
  const kept = tf.mul(x, rng.bernoulli(x.shape, 0.8))
  const { outputs } = layer.forward(kept)
  const errors = tf.sum(tf.square(outputs), 2)
  return {
    loss: tf.div(tf.sum(tf.mul(errors, mask)), tf.sum(mask)) as tf.Tensor,
    rows: tf.sum(errors, 1) as tf.Tensor,
    steps: tf.transpose(errors) as tf.Tensor,
  }
}

export function gradientsBy(options: CompileOptions) {
  const layer = new Lstm({ inputSize: D, hiddenSize: H, rng: new Rng(1) })
  const rng = new Rng(2)
  return compile((batch: Batch) => {
    const { gradients, ...results } = valueAndGradients(layer, () => lossOf(layer, batch, rng))
    return { ...results, gradients: gradients.entries.map(({ tensor }) => tensor) }
  }, options)
}

/** Threads of this process; 0 where it cannot be told. */
export const threadsNow = () => (process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0)
