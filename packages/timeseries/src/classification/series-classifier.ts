/** SeriesClassifier: any of the networks, from labelled series to classes with reasons. */
import { type SaveModelOptions, saveModelFolder, type TrainResult } from '@attentive/core'
import { isList, listOf } from '../series/lists.js'
import type { TimeSeries } from '../series/time-series.js'
import { requireTrained } from '../training/require-trained.js'
import type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
import { type ClassifierConfig, type ParsedClassifierConfig, parseClassifierConfig } from './config.js'
import { classWeights, type Fitted, learnFrom, prepare, requireSome, targetsOf } from './fitted.js'
import { classifierCard, describeFolder, loadTrained, networkFor, type TrainedClassifier } from './folder.js'
import { Inference, type Inferred, likeliest } from './inference.js'
import type { LabelledSeries } from './labelled.js'
import { type ClassificationScores, classificationScores } from './scores.js'
import type { LabelledSequence } from './sequences.js'
import { trainClassifier } from './train.js'

export interface FitClassifierOptions extends TrainingRunOptions {
  /** Labelled series that decide about the best weights and when to stop. */
  validation?: readonly LabelledSeries[]
}

/** What is said of a series. */
export interface Classification {
  /** The likeliest class. */
  label: string
  /** Of every class; they add up to 1. */
  probabilities: Readonly<Record<string, number>>
  /** How much each step counted, `[T]`; the weights add up to 1. */
  attention: Float64Array
}

/**
 * A network that tells which class a series belongs to, and which steps it looked at; series may have one channel or
 * many, and different lengths.
 *
 * @example
 * const [train, validation] = splitLabelled(await readLabelledRows('ECG5000_TRAIN.tsv'), [0.8, 0.2])
 * const classifier = new SeriesClassifier({ model: { name: 'lstm-attention' }, classWeights: 'balanced' })
 * await classifier.fit(train, { validation, output: 'models/heart' })
 * const { label, probabilities, attention } = await classifier.predict(beat)
 * const { balancedAccuracy, confusion } = await classifier.evaluate(await readLabelledRows('ECG5000_TEST.tsv'))
 */
export class SeriesClassifier {
  readonly config: ParsedClassifierConfig
  private trained: TrainedClassifier | null = null
  private inference: Inference | null = null

  /** @throws InvalidArgumentError naming the settings that are wrong. */
  constructor(
    config: ClassifierConfig,
    private readonly engine: EngineOptions = {},
  ) {
    this.config = parseClassifierConfig(config)
  }

  /** @throws CheckpointError when there is no classifier in the folder, or a damaged one. */
  static async load(folder: string, engine: EngineOptions = {}): Promise<SeriesClassifier> {
    const trained = await loadTrained(folder)
    const classifier = new SeriesClassifier(trained.config, engine)
    classifier.trained = trained
    return classifier
  }

  get name(): string {
    return this.config.model.name
  }

  /** Labels of the classes; null before `fit`. */
  get classes(): readonly string[] | null {
    return this.trained?.fitted.classes.map(({ label }) => label) ?? null
  }

  /** Channels that are read; null before `fit`. */
  get channels(): readonly string[] | null {
    return this.trained?.fitted.channels ?? null
  }

  /** Trained numbers; 0 before `fit`. */
  get parameterCount(): number {
    return this.trained?.network.parameterCount() ?? 0
  }

  /**
   * Learns classes and scales, then the network. The result has the weights of the best validation, without one the
   * last (averaged) weights. An interrupted run returns, too: see `stoppedBy`.
   *
   * @throws DataError when there is no series, or series of one class alone; when a series has no label, other channels
   *   or no value; when one of the validation has a class that none of the training has.
   * @throws StorageError when the output folder cannot be written to.
   * @throws NumericalError when the loss turns NaN.
   */
  async fit(
    train: readonly LabelledSeries[],
    { validation, ...run }: FitClassifierOptions = {},
  ): Promise<TrainResult> {
    const { config } = this
    const fitted = learnFrom(train, config)
    const network = networkFor(config, fitted)
    const trained = { config, fitted, network }
    const result = await trainClassifier({
      ...trained,
      train: sequencesOf(train, trained, 'train'),
      validation: validation ? sequencesOf(validation, trained, 'validation') : null,
      describe: () => describeFolder(trained),
      engine: this.engine,
      run,
    })
    await this.forget()
    this.trained = trained
    if (run.output !== undefined)
      await saveModelFolder(run.output, {
        ...describeFolder(trained, classifierCard(trained, result)),
        weights: network.stateDict(),
      })
    return result
  }

  /**
   * The class of a series, or of each of several.
   * @throws DataError when a series lacks a channel, or has no value.
   */
  predict(series: TimeSeries): Promise<Classification>
  predict(series: readonly TimeSeries[]): Promise<Classification[]>
  async predict(series: TimeSeries | readonly TimeSeries[]): Promise<Classification | Classification[]> {
    const { fitted } = this.requireTrained()
    const inferred = await this.infer(listOf(series), 'series')
    const classifications = inferred.map((one) => classificationOf(one, fitted))
    return isList(series) ? classifications : (classifications[0] as Classification)
  }

  /**
   * How well classes are told apart.
   * @throws DataError when there is no series, one is of a class that the training had not, or as `predict`.
   */
  async evaluate(labelled: readonly LabelledSeries[]): Promise<ClassificationScores> {
    const { fitted } = this.requireTrained()
    requireSome(labelled, 'labelled')
    const labels = fitted.classes.map(({ label }) => label)
    targetsOf(labelled, fitted, 'labelled')
    const inferred = await this.infer(
      labelled.map(({ series }) => series),
      'labelled',
    )
    return classificationScores(
      labelled.map(({ label }) => label),
      inferred.map((one) => labels[likeliest(one)] as string),
      labels,
    )
  }

  /** Saves settings, classes, scales and weights. */
  async save(folder: string, options: SaveModelOptions = {}): Promise<void> {
    const trained = this.requireTrained()
    await saveModelFolder(
      folder,
      { ...describeFolder(trained), weights: trained.network.stateDict() },
      options,
    )
  }

  /** Frees the compiled graphs and the network's tensors. */
  async dispose(): Promise<void> {
    await this.forget()
    this.trained?.network.dispose()
  }

  private async infer(series: readonly TimeSeries[], argument: string): Promise<Inferred[]> {
    const trained = this.requireTrained()
    this.inference ??= new Inference(trained.network, { ...this.engine, freeze: true })
    return this.inference.run(series.map((one) => prepare(one, trained, argument)))
  }

  private async forget(): Promise<void> {
    await this.inference?.dispose()
    this.inference = null
  }

  private requireTrained(): TrainedClassifier {
    return requireTrained(this.trained, this.name, { hint: 'Call fit first, or SeriesClassifier.load.' })
  }
}

/** @throws DataError when there is none, or one cannot be read. */
function sequencesOf(
  labelled: readonly LabelledSeries[],
  trained: TrainedClassifier,
  argument: string,
): LabelledSequence[] {
  requireSome(labelled, argument)
  const targets = targetsOf(labelled, trained.fitted, argument)
  const weights = classWeights(trained.fitted, trained.config)
  return labelled.map(({ series }, i) => {
    const target = targets[i] as number
    return { ...prepare(series, trained, argument), target, weight: weights[target] as number }
  })
}

function classificationOf(inferred: Inferred, { classes }: Fitted): Classification {
  const probability = (k: number) => Math.exp(inferred.logProbabilities[k] as number)
  return {
    label: (classes[likeliest(inferred)] as Fitted['classes'][number]).label,
    probabilities: Object.fromEntries(classes.map(({ label }, k) => [label, probability(k)])),
    attention: inferred.attention,
  }
}
