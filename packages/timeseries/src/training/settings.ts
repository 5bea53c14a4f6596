/** Settings that every training has, and those that trainings on windows of series have. */
import { optimizerSchema, scheduleSchema } from '@attentive/core'
import { z } from 'zod'

/** Fields of a schema of training settings. */
export const trainingFields = {
  epochs: z.int().positive().default(30),
  optimizer: optimizerSchema.prefault({ type: 'adam', learningRate: 1e-3 }),
  schedule: scheduleSchema.prefault({ type: 'constant' }),
  /** Gradients longer than this are scaled down to it. */
  clipNorm: z.number().positive().default(1),
  /** Validations without improvement before training stops; 0: never. */
  patience: z.int().nonnegative().default(5),
  /** Steps between validations; absent: after every epoch. */
  validateEvery: z.int().positive().optional(),
  /** Decay of the running average of weights that is validated and saved; 0: no average. */
  averageDecay: z.number().min(0).lt(1).default(0),
}

const size = z.int().positive()

/** Fields of a schema of settings of trainings on windows. */
export const windowTrainingFields = {
  /** Windows in a batch. */
  batchSize: size.default(64),
  ...trainingFields,
  /** Rows between the beginnings of two training windows. */
  stride: size.default(1),
  /** At most so many windows an epoch, drawn anew each time; absent: all. */
  windowsPerEpoch: size.optional(),
}

export type TrainingSettings = z.output<z.ZodObject<typeof trainingFields>>
export type WindowTrainingSettings = z.output<z.ZodObject<typeof windowTrainingFields>>
