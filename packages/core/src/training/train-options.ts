/** What the trainer is given, tells on the way, and returns. */
import type { NdArray } from '../engine/nd-array.js'
import type { Rng } from '../engine/random.js'
import type { Module } from '../layers/module.js'
import type { ScoreMode } from './best-score.js'
import type { ModelDescription } from './checkpoint.js'
import type { ExponentialAverage } from './exponential-average.js'
import type { Optimizer } from './optimizers/optimizer.js'
import type { Schedule } from './schedules/schedule.js'
import type { LogEntry } from './training-log.js'

/** What a step tells about itself. */
export interface StepReport {
  /** The batch's loss, as a number or as a compiled step returns it. */
  loss: number | NdArray
  /** Target tokens (rows, values) in the batch: for the speed, and as weight in the mean loss. */
  tokens?: number
}

export interface ValidationOptions {
  /** Scores by name. Runs with the averaged weights in place when there is an average. */
  run(): Promise<Record<string, number>>
  /** Which score decides about the best checkpoint, the schedule and early stopping. */
  metric: string
  /** Whether smaller or larger is better. */
  mode: ScoreMode
  /** Steps between validations. Default: after every epoch. */
  every?: number
}

export interface CheckpointOptions {
  /** Folder for `last`, `best` and `snapshots/step-…` (model folders) and `training.jsonl` (the history). */
  folder: string
  /** The task's part of the model folder. Default: weights alone. */
  describe?(): ModelDescription
  /** Minutes between saves of `last`. Default 10. */
  everyMinutes?: number
  /** Steps between saves of `last`, beside the minutes. Default: minutes alone. */
  everySteps?: number
  /**
   * Continue from `last`, exactly; from the beginning where there is none yet. What `describe` says of the settings must be
   * what it said then, but for `training.epochs` and `training.patience`. Default false.
   */
  resume?: boolean
  /** How many of the best validations leave a snapshot: a model folder, to be averaged or compared. Default: none does. */
  keepBest?: number
  /** How many of the last validations leave a snapshot. Default: none does. */
  keepLast?: number
  /**
   * End with the mean of the weights of so many best validations (checkpoint averaging, see `averageStates`) instead
   * of the weights of the best; they leave a snapshot each. An interrupted run does not average. Default: no mean.
   */
  averageBest?: number
}

/** A validation that left its model. */
export interface KeptSnapshot {
  step: number
  score: number
  folder: string
}

export interface TrainOptions<Batch> {
  model: Module
  optimizer: Optimizer
  /** One training step: gradients, clipping, update. Usually a compiled function in a wrapper. */
  step(batch: Batch): Promise<StepReport> | StepReport
  /**
   * The batches of an epoch (from 1) in an order that depends on the epoch alone, without the first `skip`: that is
   * how a resumed run finds its place.
   */
  batches(epoch: number, skip: number): Iterable<Batch> | AsyncIterable<Batch>
  epochs: number
  /** Stop after so many steps. Default: when the epochs are over. */
  maxSteps?: number
  /** For the remaining time. Default: known after the first epoch. */
  batchesPerEpoch?: number
  schedule?: Schedule
  average?: ExponentialAverage
  validation?: ValidationOptions
  /** Stop after `patience` validations in a row without an improvement of more than `minDelta` (default 0). */
  earlyStopping?: { patience: number; minDelta?: number }
  checkpoint?: CheckpointOptions
  /** Generators that the step draws from (dropout, sampling), by name: saved and restored with the rest. */
  rngs?: Record<string, Rng>
  /** Aborted: finish the step, save, return. See `abortOnInterrupt`. */
  signal?: AbortSignal
  /** Steps between entries in the history. Default 50. */
  logEvery?: number
  /** Told after every step and around every validation. See `progressDisplay`. */
  onProgress?(progress: TrainingProgress): void
  /** Milliseconds spent compiling so far, such as `() => step.stats.compileMs`. */
  compileMs?(): number
}

/** Where a run is. */
export interface TrainingProgress {
  phase: 'training' | 'validating' | 'validated'
  epoch: number
  epochs: number
  /** Batches of this epoch that are done, and how many there are, once known. */
  batch: number
  batchesPerEpoch: number | null
  step: number
  totalSteps: number | null
  /** Mean loss since the last entry in the history. */
  loss: number
  learningRate: number
  gradientNorm: number
  /** Tokens (steps, where steps report no tokens) per second since the last entry in the history. */
  perSecond: number
  unit: 'tokens' | 'steps'
  /** Scores of the last validation. */
  metrics: Record<string, number> | null
  /** Best score so far. */
  best: number | null
  /** Seconds since the beginning, interruptions left out. */
  seconds: number
  secondsLeft: number | null
  compileSeconds: number
}

export type StopReason = 'epochs' | 'steps' | 'earlyStopping' | 'interrupt'

export interface TrainResult {
  stoppedBy: StopReason
  /** Steps and seconds since the beginning, over all resumed parts. */
  steps: number
  seconds: number
  /** Step from which this run continued; null when it began. */
  resumedFrom: number | null
  /** The best validation, whose weights the model now has, unless they are averaged; null without validation. */
  best: { score: number; step: number } | null
  /** With `averageBest`: the validations whose mean weights the model now has, best first, and the mean's own score. */
  averaged: { score: number; steps: number[] } | null
  /** In order of their steps. */
  snapshots: KeptSnapshot[]
  history: LogEntry[]
}
