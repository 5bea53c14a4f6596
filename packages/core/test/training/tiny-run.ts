/** A small training run with everything in it: dropout, schedule, average, validation, early stopping. */
import * as tf from '@tensorflow/tfjs-core'
import '../eager-backend.js'
import { Parameter } from '../../src/engine/parameter.js'
import { Rng } from '../../src/engine/random.js'
import { Module } from '../../src/layers/module.js'
import { ExponentialAverage } from '../../src/training/exponential-average.js'
import { clipByGlobalNorm, valueAndGradients } from '../../src/training/gradients.js'
import { Adam } from '../../src/training/optimizers/adam.js'
import { PlateauSchedule } from '../../src/training/schedules/plateau.js'
import type { TrainOptions } from '../../src/training/train-options.js'

export const batchesPerEpoch = 7

/** Which snapshots the run keeps that is killed. */
export const killedSnapshots = { keepBest: 2, keepLast: 1 }

export class TinyModel extends Module {
  readonly weight = new Parameter(
    [4, 3],
    Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
  )
  readonly bias = new Parameter([3])
  readonly frozen = new Parameter([3], Float32Array.of(1, 2, 3), false)

  /** Mean squared error of a linear map with dropout on its input. */
  loss(x: tf.Tensor, y: tf.Tensor, rng: Rng | null): tf.Scalar {
    const kept = rng ? tf.mul(x, tf.mul(rng.bernoulli(x.shape, 0.5), 2)) : x
    const predicted = tf.add(
      tf.matMul(kept as tf.Tensor2D, this.weight.read() as tf.Tensor2D),
      this.bias.read(),
    )
    return tf.mean(tf.square(tf.sub(tf.mul(predicted, this.frozen.read()), y)))
  }
}

export interface TinyBatch {
  x: Float32Array
  y: Float32Array
}

function* tinyBatches(epoch: number, skip: number): Generator<TinyBatch> {
  for (let i = skip; i < batchesPerEpoch; i++) {
    const rng = new Rng(1000 * epoch + i)
    const x = Float32Array.from({ length: 8 }, () => rng.nextNormal())
    const y = Float32Array.from(
      { length: 6 },
      (_, k) => (x[Math.floor(k / 3) * 4 + (k % 3)] as number) * 2 + 1,
    )
    yield { x, y }
  }
}

export interface TinyRun {
  model: TinyModel
  options: TrainOptions<TinyBatch> & { rngs: { dropout: Rng } }
  /** Number of the batches that were trained on, in order. */
  trained: number[]
}

/** A fresh run, as a new process would make it. */
export function tinyRun(overrides: Partial<TrainOptions<TinyBatch>> = {}): TinyRun {
  const model = new TinyModel()
  const optimizer = new Adam(model, { learningRate: 0.05 })
  const dropout = new Rng(7)
  const trained: number[] = []
  const tensors = ({ x, y }: TinyBatch) => [tf.tensor2d(x, [2, 4]), tf.tensor2d(y, [2, 3])] as const
  const step = (batch: TinyBatch) =>
    tf.tidy(() => {
      const { loss, gradients } = valueAndGradients(model, () => model.loss(...tensors(batch), dropout))
      optimizer.apply(clipByGlobalNorm(gradients, 1))
      trained.push(batch.x[0] as number)
      return { loss: loss.dataSync()[0] as number, tokens: 2 } as never
    })
  const validate = async () => ({
    error: tf.tidy(() => {
      const [held] = tinyBatches(99, 0)
      return model.loss(...tensors(held as TinyBatch), null).dataSync()[0] as number
    }),
  })
  const options: TinyRun['options'] = {
    model,
    optimizer,
    step: async (batch) => step(batch),
    batches: tinyBatches,
    epochs: 4,
    schedule: new PlateauSchedule(0.05, { patience: 0 }),
    average: new ExponentialAverage(optimizer, { decay: 0.9 }),
    validation: { run: validate, metric: 'error', mode: 'min', every: 3 },
    earlyStopping: { patience: 50 },
    logEvery: 2,
    ...overrides,
    rngs: { dropout },
  }
  return { model, options, trained }
}

export function weightsOf(model: Module): Record<string, number[]> {
  return Object.fromEntries(Object.entries(model.stateDict()).map(([name, { data }]) => [name, [...data]]))
}
