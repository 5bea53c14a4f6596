/** Training of a translator: text processing is learnt from the corpus, then the network. */
import {
  type CompileOptions,
  clipByGlobalNorm,
  compile,
  createOptimizer,
  createSchedule,
  ExponentialAverage,
  InvalidArgumentError,
  Rng,
  type TrainingProgress,
  type TrainOptions,
  type TrainResult,
  train,
  valueAndGradients,
} from '@attentive/core'
import { type Batch, Batches, type EncodedPair } from '../data/index.js'
import { createMetric } from '../metrics/index.js'
import { fitTextPipelines, type TextPair, type TextPipelinePair } from '../text/index.js'
import {
  type ParsedTranslationConfig,
  parseTranslationConfig,
  type TranslationConfig,
  textConfigsOf,
} from './config.js'
import { collectPairs, corpusPerplexity, type ParallelCorpus } from './evaluate.js'
import { createModel, describeFolder, type TranslatorParts } from './folder.js'
import { batchAxes, type TranslationTensors, tensorsOf, translationLoss } from './loss.js'
import type { TranslationModel } from './model.js'
import { TranslationSearchModel } from './search-model.js'
import { translateTexts } from './translate.js'

export interface TrainTranslatorOptions extends TranslationConfig {
  /** Parallel corpus; read twice and more, so it must be iterable again and again (see `parallelText`). */
  train: ParallelCorpus
  /** Sentence pairs for validation, kept out of training. Without them the last weights are the result. */
  validation?: ParallelCorpus
  /** Folder for checkpoints and the finished model. Without one nothing is written. */
  output?: string
  /** Continue from the last checkpoint in `output`, exactly. Default false. */
  resume?: boolean
  /** Minutes between saves of the last checkpoint. Default 10. */
  saveEveryMinutes?: number
  /** Aborted: finish the step, save, return. See `abortOnInterrupt`. */
  signal?: AbortSignal
  /** Told after every step and around validations. See `progressDisplay`. */
  onProgress?(progress: TrainingProgress): void
  /** How compiled functions run. */
  engine?: Pick<CompileOptions, 'engine' | 'threads'>
}

export interface TrainedTranslator extends TranslatorParts {
  result: TrainResult
  config: ParsedTranslationConfig
}

export async function trainTranslator(options: TrainTranslatorOptions): Promise<TrainedTranslator> {
  const {
    train: corpus,
    validation,
    output,
    resume,
    saveEveryMinutes,
    signal,
    onProgress,
    engine = {},
    ...settings
  } = options
  const config = parseTranslationConfig(settings)
  if (resume && !output)
    throw new InvalidArgumentError({
      argument: 'resume',
      expected: 'an output folder to continue from',
      received: 'none',
    })
  const pipelines = await fitPipelines(corpus, config)
  const model = createModel(config.model, pipelines, new Rng(config.seed))
  const { training } = config
  const batches = await Batches.create(new EncodedCorpus(corpus, pipelines), {
    batchSize: training.batchSize,
    seed: config.seed,
    maxLength: training.maxLength,
    // Sizes stay open in the compiled step, so that the only price of many shapes is a batch that is not full.
    multiple: 1,
    maxBuckets: 32,
  })
  const rng = new Rng(config.seed).split()
  const optimizer = createOptimizer(training.optimizer, model)
  const step = compile(
    (batch: TranslationTensors) => {
      const { loss, gradients } = valueAndGradients(model, () =>
        translationLoss(model, batch, { labelSmoothing: training.labelSmoothing, rng }),
      )
      optimizer.apply(clipByGlobalNorm(gradients, training.clipNorm))
      return { loss }
    },
    { ...engine, axes: batchAxes },
  )
  const result = await train<Batch>({
    model,
    optimizer,
    step: async (batch) => ({ loss: (await step(tensorsOf(batch))).loss, tokens: batch.targetTokens }),
    batches: (epoch, skip) => batches.epoch(epoch, skip),
    batchesPerEpoch: await batches.count(1),
    epochs: training.epochs,
    schedule: createSchedule(scheduleOf(config), training.optimizer.learningRate),
    rngs: { dropout: rng },
    compileMs: () => step.stats.compileMs,
    ...(training.averageDecay > 0
      ? { average: new ExponentialAverage(optimizer, { decay: training.averageDecay }) }
      : {}),
    ...(validation ? await validationOf(validation, { model, pipelines, config, engine }) : {}),
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
    ...(output
      ? {
          checkpoint: {
            folder: output,
            describe: () => describeFolder({ modelConfig: config.model, pipelines }, config),
            ...(resume ? { resume } : {}),
            ...(saveEveryMinutes === undefined ? {} : { everyMinutes: saveEveryMinutes }),
          },
        }
      : {}),
  })
  await step.dispose()
  return { pipelines, modelConfig: config.model, model, result, config }
}

function fitPipelines(corpus: ParallelCorpus, config: ParsedTranslationConfig): Promise<TextPipelinePair> {
  return fitTextPipelines(corpus, { ...textConfigsOf(config), joint: config.jointVocabulary })
}

/** The plateau schedule watches the validation's metric, in the direction of that metric. */
function scheduleOf({ training }: ParsedTranslationConfig) {
  const mode = training.metric === 'bleu' ? ('max' as const) : ('min' as const)
  return training.schedule.type === 'plateau' ? { ...training.schedule, mode } : training.schedule
}

/** The corpus as ids. What is read is encoded anew at each pass: a corpus larger than memory trains too. */
class EncodedCorpus implements AsyncIterable<EncodedPair> {
  constructor(
    private readonly corpus: ParallelCorpus,
    private readonly pipelines: TextPipelinePair,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<EncodedPair> {
    const { source, target } = this.pipelines
    for await (const pair of this.corpus)
      yield {
        source: Int32Array.from(source.encode(pair.source).ids),
        target: Int32Array.from(target.encode(pair.target).ids),
      }
  }
}

interface ValidationParts {
  model: TranslationModel
  pipelines: TextPipelinePair
  config: ParsedTranslationConfig
  engine: Pick<CompileOptions, 'engine' | 'threads'>
}

type Validation = Pick<TrainOptions<Batch>, 'validation' | 'earlyStopping'>

async function validationOf(corpus: ParallelCorpus, parts: ValidationParts): Promise<Validation> {
  const pairs = await collectPairs(corpus)
  const { metric, patience, validateEvery } = parts.config.training
  return {
    validation: {
      run: () => validate(pairs, parts),
      metric,
      mode: metric === 'bleu' ? 'max' : 'min',
      ...(validateEvery === undefined ? {} : { every: validateEvery }),
    },
    ...(patience > 0 ? { earlyStopping: { patience } } : {}),
  }
}

/** Greedy translations: quick, and in step with beam search for choosing a checkpoint. */
async function validate(
  pairs: TextPair[],
  { model, pipelines, engine }: ValidationParts,
): Promise<Record<string, number>> {
  const search = new TranslationSearchModel([model], engine)
  const texts = pairs.map(({ source }) => source)
  const translations = await translateTexts({ pipelines, search }, texts, { beamSize: 1 })
  await search.dispose()
  const lowercase = pipelines.target.config.casing === 'lowercase'
  const bleu = createMetric('bleu', { lowercase })
  const { score } = bleu.corpusScore(
    translations.map(([best]) => best?.text ?? ''),
    pairs.map(({ target }) => target),
  )
  return { bleu: score, perplexity: await corpusPerplexity(model, pipelines, pairs, engine) }
}
