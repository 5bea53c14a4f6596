/** What a checkpoint remembers of a training run beside weights and moments: the contents of `training.json`. */
import { z } from 'zod'
import { CheckpointError } from '../errors.js'
import { parseCheckedJson } from '../io/checked-json.js'

const count = z.number().int().nonnegative()
const word = z.number().int().min(0).max(0xffffffff)
const bestScore = z.strictObject({ best: z.number().nullable(), badRounds: count })

const trainingStateSchema = z.strictObject({
  format: z.literal('attentive-training'),
  version: z.literal(1),
  /** Epoch in progress, from 1. */
  epoch: z.number().int().positive(),
  /** Batches of this epoch that are done. */
  batch: count,
  /** Steps made since the beginning. */
  step: count,
  /** Seconds spent and tokens seen since the beginning. */
  seconds: z.number().nonnegative(),
  tokens: z.number().nonnegative(),
  optimizer: z.strictObject({
    type: z.string(),
    step: count,
    learningRate: z.number().nonnegative(),
    skippedSteps: count,
  }),
  schedule: z.unknown(),
  score: bestScore,
  /** Step of the best validation. */
  bestStep: count.nullable(),
  earlyStopping: bestScore.nullable(),
  /** Updates of the exponential average. */
  average: count.nullable(),
  rngs: z.record(z.string(), z.tuple([word, word, word, word])),
  /** Validations whose models are in `snapshots`. */
  snapshots: z.array(z.strictObject({ step: count, score: z.number() })).default([]),
})

export type TrainingState = z.output<typeof trainingStateSchema>

const maxBytes = 2 ** 20

/** @throws CheckpointError saying what is wrong with it. */
export function parseTrainingState(bytes: Uint8Array, name: string): TrainingState {
  const parsed = trainingStateSchema.safeParse(parseCheckedJson(bytes, { name, maxBytes }))
  if (parsed.success) return parsed.data
  throw new CheckpointError({
    argument: name,
    expected: 'the state of a training run',
    received: z.prettifyError(parsed.error),
    cause: parsed.error,
  })
}
