/** Training of a translator: text processing is learnt from the corpus, then the network. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createOptimizer,
  createSchedule,
  ExponentialAverage,
  InvalidArgumentError,
  Rng,
  saveModelFolder,
  type TrainingProgress,
  type TrainOptions,
  type TrainResult,
  train,
  writeFileAtomically,
} from '@attentive/core'
import { type Batch, Batches } from '../data/index.js'
import { fitTextPipelines, type TextPipelinePair } from '../text/index.js'
import {
  modeOf,
  type ParsedTrainingConfig,
  type ParsedTranslationConfig,
  parseTranslationConfig,
  type TranslationConfig,
  textConfigsOf,
} from './config.js'
import { checkedCorpus, encodeCorpus, type ParallelCorpus, requireCorpus } from './corpus.js'
import { createModel, describeFolder, type TranslatorParts } from './folder.js'
import { Pacer, type Preparation } from './preparation.js'
import { findEarlierRun, recordOf } from './resume.js'
import { trainingCard } from './training-card.js'
import { createTrainingStep } from './training-step.js'
import type { EngineOptions } from './translate.js'
import { RunValidation } from './validation.js'

export interface TrainTranslatorOptions extends TranslationConfig, EngineOptions {
  /**
   * Parallel corpus, read once to learn text processing, once to count, and once an epoch: it must be iterable again
   * and again (see `parallelText`). Never held in memory as a whole, unless it is an array.
   */
  train: ParallelCorpus
  /** Sentence pairs for validation, kept out of training. Without them the last weights are the result. */
  validation?: ParallelCorpus
  /**
   * Folder for the finished model, its checkpoints (`last`, `best`, `snapshots`) and its history (`training.jsonl`).
   * Without one nothing is written.
   */
  output?: string
  /** Continue from the last checkpoint in `output`, exactly; from the beginning where there is none. Default false. */
  resume?: boolean
  /** Minutes between saves of the last checkpoint. Default 10. */
  saveEveryMinutes?: number
  /** Steps between saves of the last checkpoint, beside the minutes. Default: minutes alone. */
  saveEverySteps?: number
  /** Snapshots of so many best validations are kept in `output`, for `Translator.average`. Default: none. */
  keepBest?: number
  /** Snapshots of so many last validations are kept in `output`. Default: none. */
  keepLast?: number
  /**
   * Aborted: finish the step, save, return; an InterruptedError before the first step, when there is nothing to return.
   * See `abortOnInterrupt`.
   */
  signal?: AbortSignal
  /** Told how far reading the corpus is, which comes before the first step. */
  onPreparation?(preparation: Preparation): void
  /** Told after every step and around validations. See `progressDisplay`. */
  onProgress?(progress: TrainingProgress): void
}

export interface TrainedTranslator extends TranslatorParts {
  result: TrainResult
}

/** See `Translator.train`. */
export async function trainTranslator(options: TrainTranslatorOptions): Promise<TrainedTranslator> {
  const corpus = checkedCorpus('train', options?.train)
  const config = settingsOf(options)
  const { output, resume = false, validation } = options
  if (validation !== undefined) requireCorpus('validation', validation)
  requireSnapshots(options, config)
  if (output !== undefined) await requireWritable(output)
  const earlier = resume ? await findEarlierRun(requireOutput(output)) : null
  const pacer = new Pacer(options)
  const pipelines = earlier?.pipelines ?? (await fitPipelines(corpus, config, pacer))
  const encoded = await encodeCorpus(corpus, pipelines, pacer)
  const batches = await createBatches(encoded, config, pacer)
  const training = recordOf(config, batches.counts)
  earlier?.requireSame(training)
  pacer.requireNoStop()
  const model = createModel(config.model, pipelines, new Rng(config.seed))
  const parts = { pipelines, modelConfig: config.model, training, model }
  const result = await trainModel(parts, batches, await batchesPerEpoch(batches, encoded, config), {
    ...options,
    config,
  })
  if (output !== undefined) {
    const card = trainingCard({ ...parts, config, result, counts: batches.counts })
    await saveModelFolder(output, { ...describeFolder(parts, card), weights: model.stateDict() })
  }
  return { ...parts, result }
}

/** What is left of the options is the configuration. */
function settingsOf(options: TrainTranslatorOptions): ParsedTranslationConfig {
  const {
    train: _train,
    validation: _validation,
    output: _output,
    resume: _resume,
    saveEveryMinutes: _saveEveryMinutes,
    saveEverySteps: _saveEverySteps,
    keepBest: _keepBest,
    keepLast: _keepLast,
    signal: _signal,
    onPreparation: _onPreparation,
    onProgress: _onProgress,
    engine: _engine,
    threads: _threads,
    ...settings
  } = options
  return parseTranslationConfig(settings)
}

function requireOutput(output: string | undefined): string {
  if (output !== undefined) return output
  throw new InvalidArgumentError({
    argument: 'resume',
    expected: 'an output folder to continue from',
    received: 'none',
  })
}

/** @throws InvalidArgumentError when snapshots are wanted, and there are no validations or no place for them. */
function requireSnapshots(
  { keepBest, keepLast, output, validation }: TrainTranslatorOptions,
  { training }: ParsedTranslationConfig,
): void {
  const wanted = Object.entries({ keepBest, keepLast, 'training.averageBest': training.averageBest })
  const argument = wanted.find(([, count]) => count !== undefined)?.[0]
  if (argument === undefined || (output !== undefined && validation)) return
  throw new InvalidArgumentError({
    argument,
    expected: 'a validation, and an output folder for its snapshots',
    received: validation ? 'no output' : 'no validation',
  })
}

/** Finds out before hours of work, not after them. @throws StorageError when the folder cannot be written to. */
async function requireWritable(output: string): Promise<void> {
  const probe = join(output, '.attentive-probe')
  await writeFileAtomically(probe, '')
  await rm(probe, { force: true })
}

function fitPipelines(
  corpus: ParallelCorpus,
  config: ParsedTranslationConfig,
  pacer: Pacer,
): Promise<TextPipelinePair> {
  return fitTextPipelines(pacer.over(corpus, 'words'), {
    ...textConfigsOf(config),
    joint: config.jointVocabulary,
    onMerge: (merges) => pacer.worked('pieces', merges),
  })
}

type EncodedCorpus = Awaited<ReturnType<typeof encodeCorpus>>

function createBatches(
  encoded: EncodedCorpus,
  { seed, training }: ParsedTranslationConfig,
  pacer: Pacer,
): Promise<Batches> {
  const { batchSize, maxLength, shuffleBuffer } = training
  // Sizes stay open in the compiled step: many shapes cost nothing but batches that are not full.
  const shapes = { padTo: 'longest', maxBuckets: 60, multiple: 1 } as const
  const onRead = (pairs: number) => pacer.worked('lengths', pairs)
  return Batches.create(encoded, { batchSize, maxLength, shuffleBuffer, seed, onRead, ...shapes })
}

/** Counted where that is quick; else as many as full batches make, until the first epoch has shown it. */
async function batchesPerEpoch(
  batches: Batches,
  encoded: EncodedCorpus,
  { training }: ParsedTranslationConfig,
): Promise<number> {
  return Array.isArray(encoded) ? batches.count(1) : Math.ceil(batches.counts.examples / training.batchSize)
}

async function trainModel(
  parts: TranslatorParts,
  batches: Batches,
  batchesPerEpoch: number,
  options: TrainTranslatorOptions & { config: ParsedTranslationConfig },
): Promise<TrainResult> {
  const { config, validation, signal, onProgress, engine, threads } = options
  const { model, pipelines } = parts
  const { training } = config
  const engineOptions = { engine, threads }
  const rng = new Rng(config.seed).split()
  const optimizer = createOptimizer(training.optimizer, model)
  const validated =
    validation &&
    (await RunValidation.create(validation, training, { model, pipelines, engine: engineOptions }))
  const step = createTrainingStep({ model, optimizer, training, rng, engine: engineOptions })
  try {
    return await train<Batch>({
      model,
      optimizer,
      step: step.run,
      batches: (epoch, skip) => batches.epoch(epoch, skip),
      batchesPerEpoch,
      epochs: training.epochs,
      schedule: createSchedule(scheduleOf(config), training.optimizer.learningRate),
      average:
        training.averageDecay > 0
          ? new ExponentialAverage(optimizer, { decay: training.averageDecay })
          : undefined,
      rngs: { dropout: rng },
      compileMs: () => step.stats.compileMs + (validated?.compileMs ?? 0),
      ...validated?.options,
      checkpoint: checkpointOf(parts, training, options),
      signal,
      onProgress,
    })
  } finally {
    await step.dispose()
    await validated?.dispose()
  }
}

/** The plateau schedule watches the validation's metric, in the direction of that metric. */
function scheduleOf({ training }: ParsedTranslationConfig) {
  const { schedule } = training
  return schedule.type === 'plateau' ? { ...schedule, mode: modeOf(training) } : schedule
}

function checkpointOf(
  parts: TranslatorParts,
  { averageBest }: ParsedTrainingConfig,
  { output, resume = false, saveEveryMinutes, saveEverySteps, keepBest, keepLast }: TrainTranslatorOptions,
): TrainOptions<Batch>['checkpoint'] {
  if (output === undefined) return undefined
  return {
    folder: output,
    describe: () => describeFolder(parts),
    resume,
    everyMinutes: saveEveryMinutes,
    everySteps: saveEverySteps,
    keepBest,
    keepLast,
    averageBest,
  }
}
