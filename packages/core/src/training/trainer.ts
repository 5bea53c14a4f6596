/**
 * The training loop of every task: steps, schedule, averaging, validation, early stopping, checkpoints, progress.
 * A run that is interrupted, or killed, and resumed has the same weights in the end as one that is not.
 */
import { InvalidArgumentError } from '../errors.js'
import type { CheckpointOptions, TrainOptions, TrainResult, ValidationOptions } from './train-options.js'
import { TrainingRun } from './training-run.js'

/**
 * Trains `model` by `step` on `batches`.
 *
 * After every step, in this order: schedule and average, validation if due, checkpoint if due. In the end the model has
 * the weights of the best validation, or with `averageBest` the mean of the best ones; without validation the averaged
 * weights, if there is an average, else the last.
 *
 * @throws NumericalError when the loss or a gradient is NaN or infinite, with step, norm and the last good checkpoint.
 * @throws StorageError when a checkpoint cannot be written; the former one is whole.
 * @throws CheckpointError when it cannot resume from what is there.
 * @throws InvalidArgumentError when an option makes no sense.
 *
 * @example
 * const { stoppedBy, best } = await train({
 *   model, optimizer, epochs: 10,
 *   batches: (epoch, skip) => loader.epoch(epoch).drop(skip),
 *   step: async (batch) => ({ loss: (await compiled(batch)).loss, tokens: batch.tokens }),
 *   validation: { run: async () => ({ bleu: await bleuOf(model) }), metric: 'bleu', mode: 'max' },
 *   earlyStopping: { patience: 5 },
 *   checkpoint: { folder: 'runs/en-de', resume: true },
 * })
 */
export async function train<Batch>(options: TrainOptions<Batch>): Promise<TrainResult> {
  requireSense(options)
  const run = new TrainingRun(options)
  await run.begin()
  while (!run.stoppedBy && run.epoch <= options.epochs) {
    await trainEpoch(run, options)
    if (!run.stoppedBy) await run.endEpoch()
  }
  return run.finish()
}

async function trainEpoch<Batch>(run: TrainingRun<Batch>, { batches }: TrainOptions<Batch>): Promise<void> {
  run.checkStops()
  if (run.stoppedBy) return
  for await (const batch of batches(run.epoch, run.batch)) {
    await run.train(batch)
    if (run.stoppedBy) return
  }
}

function requireSense<Batch>(options: TrainOptions<Batch>): void {
  const { epochs, maxSteps, logEvery, validation, checkpoint, earlyStopping } = options
  requireCount('epochs', epochs)
  requireCount('maxSteps', maxSteps)
  requireCount('logEvery', logEvery)
  requireValidation(validation)
  requireCheckpoint(checkpoint, validation)
  if (earlyStopping && !validation)
    throw new InvalidArgumentError({
      argument: 'earlyStopping',
      expected: 'a validation whose score decides',
      received: 'none',
    })
}

function requireValidation(validation: ValidationOptions | undefined): void {
  requireCount('validation.every', validation?.every)
}

function requireCheckpoint(
  checkpoint: CheckpointOptions | undefined,
  validation: ValidationOptions | undefined,
): void {
  requireCount('checkpoint.everySteps', checkpoint?.everySteps)
  for (const name of ['keepBest', 'keepLast', 'averageBest'] as const) {
    requireCount(`checkpoint.${name}`, checkpoint?.[name])
    if (checkpoint?.[name] !== undefined && !validation)
      throw new InvalidArgumentError({
        argument: `checkpoint.${name}`,
        expected: 'a validation, at which snapshots are taken',
        received: 'none',
      })
  }
  const minutes = checkpoint?.everyMinutes
  if (minutes !== undefined && !(minutes > 0))
    throw new InvalidArgumentError({
      argument: 'checkpoint.everyMinutes',
      expected: 'a number above 0',
      received: String(minutes),
    })
}

function requireCount(argument: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 1))
    throw new InvalidArgumentError({ argument, expected: 'a positive integer', received: String(value) })
}
