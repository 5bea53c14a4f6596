/** Translator: trains, translates, evaluates, saves and loads. */
import {
  averageStates,
  InvalidArgumentError,
  Rng,
  type SaveModelOptions,
  saveModelFolder,
  type TrainResult,
} from '@attentive/core'
import type { TextPipelinePair } from '../text/index.js'
import type { ParallelCorpus } from './corpus.js'
import { type Evaluation, evaluateTranslations } from './evaluate.js'
import { type ExportedTranslator, exportGraphs } from './export-graphs.js'
import { createModel, describeFolder, loadFolder, type TranslatorParts } from './folder.js'
import type { TranslationModel } from './model.js'
import { TranslationSearchModel } from './search-model.js'
import { type TrainTranslatorOptions, trainTranslator } from './train.js'
import {
  type EngineOptions,
  requireTexts,
  requireTranslateOptions,
  type TranslateOptions,
  translateTexts,
} from './translate.js'
import type { Translation } from './translation.js'

/**
 * A trained translator: one network, or several that decode as one (an ensemble).
 *
 * @example
 * const translator = await Translator.load('models/en-de')
 * const [best] = await translator.translate('Two dogs run through the snow.', { beamSize: 5 })
 * console.log(best.text, best.score)
 */
export class Translator {
  private readonly search: TranslationSearchModel

  private constructor(
    private readonly members: readonly TranslatorParts[],
    private readonly engineOptions: EngineOptions = {},
    /** How the training went that made this translator; null for one that was loaded or put together. */
    readonly trainResult: TrainResult | null = null,
  ) {
    this.search = new TranslationSearchModel(
      members.map(({ model }) => model),
      engineOptions,
    )
  }

  /**
   * Learns text processing and network from a parallel corpus. The result has the weights of the best validation (with
   * `training.averageBest` the mean of several), without validation the last (averaged) ones. An interrupted run returns, too: see `trainResult.stoppedBy`.
   *
   * @example
   * const translator = await Translator.train({
   *   train: parallelText('train.en', 'train.de'),
   *   validation: parallelText('val.en', 'val.de'),
   *   text: { subword: { type: 'bpe', merges: 10_000 } },
   *   jointVocabulary: true,
   *   model: { embeddingSize: 256, hiddenSize: 256, attention: 'additive' },
   *   training: { batchSize: 64, epochs: 30, optimizer: { type: 'adam', learningRate: 1e-3 } },
   *   output: 'models/en-de',
   * })
   *
   * @throws InvalidArgumentError on settings that make no sense, when the corpus is none or can be read only once, or when
   *   settings or corpus differ from those of the run that is resumed.
   * @throws DataError when the corpus is empty, or has a bad line or something that is no pair of texts.
   * @throws StorageError when the output folder cannot be written to: before training, if it is so then.
   * @throws CheckpointError when the run to be resumed is damaged.
   * @throws InterruptedError when the signal is aborted before the first step.
   * @throws NumericalError when the loss becomes NaN, naming the step; the checkpoints are kept.
   */
  static async train(options: TrainTranslatorOptions): Promise<Translator> {
    const { result, ...parts } = await trainTranslator(options)
    const { engine, threads } = options
    return new Translator([parts], { engine, threads }, result)
  }

  /**
   * Loads a model folder: what `save` wrote, the `output` of a training run, or the `best` or `last` folder in it.
   * @throws CheckpointError when the folder holds no translator, or anything in it is not as it was saved.
   */
  static async load(folder: string, options?: EngineOptions): Promise<Translator> {
    return new Translator([await loadFolder(folder)], options)
  }

  /**
   * Several translators with the same vocabularies as one: the mean of their probabilities decides.
   * @throws InvalidArgumentError without translators, or when their vocabularies differ.
   */
  static ensemble(translators: readonly Translator[], options?: EngineOptions): Translator {
    const members = translators.flatMap((translator) => translator.members)
    requireSameVocabularies(members)
    return new Translator(members, options)
  }

  /**
   * One translator with the mean of the weights of several of the same run (checkpoint averaging, Junczys-Dowmunt et
   * al. 2016), such as its snapshots: see `keepBest`, and `listSnapshots` of `@attentive/core`.
   * @throws InvalidArgumentError without translators, or when their vocabularies differ.
   * @throws ShapeError when their networks differ in size.
   */
  static async average(translators: readonly Translator[], options?: EngineOptions): Promise<Translator> {
    const members = translators.flatMap((translator) => translator.members)
    const first = requireSameVocabularies(members)
    const model = createModel(first.modelConfig, first.pipelines, new Rng(0))
    model.loadStateDict(await averageStates(members.map((member) => member.model.stateDict())))
    return new Translator([{ ...first, model }], options)
  }

  /** How text becomes tokens and ids, and back. */
  get pipelines(): TextPipelinePair {
    return this.first.pipelines
  }

  /** The networks: one, or the members of the ensemble. */
  get models(): readonly TranslationModel[] {
    return this.members.map(({ model }) => model)
  }

  /**
   * Translates a text, or a list of texts: beam search with 5 hypotheses, if not asked otherwise. An empty text has an
   * empty translation.
   * @returns for each text its `nBest` translations, best first.
   * @throws InvalidArgumentError on options that make no sense or are unknown, and on what is no text.
   */
  translate(text: string, options?: TranslateOptions): Promise<[Translation, ...Translation[]]>
  translate(texts: readonly string[], options?: TranslateOptions): Promise<[Translation, ...Translation[]][]>
  async translate(input: string | readonly string[], options?: TranslateOptions): Promise<unknown> {
    const texts = typeof input === 'string' ? [input] : input
    requireTexts(texts)
    requireTranslateOptions(options)
    const translations = await translateTexts(
      { pipelines: this.pipelines, search: this.search },
      texts,
      options,
    )
    return typeof input === 'string' ? translations[0] : translations
  }

  /** BLEU, chrF, TER and perplexity on a parallel corpus; an ensemble's perplexity is that of its members' mean probabilities. */
  async evaluate(corpus: ParallelCorpus, options?: TranslateOptions): Promise<Evaluation> {
    requireTranslateOptions(options)
    const engine = { pipelines: this.pipelines, search: this.search }
    return evaluateTranslations(engine, this.models, corpus, { ...this.engineOptions, ...options })
  }

  /**
   * Saves the model folder: whatever happens, it holds the old model or the new one, whole.
   * @throws InvalidArgumentError for an ensemble: save its members.
   * @throws StorageError when the folder cannot be written.
   */
  async save(folder: string, { card, ...options }: SaveModelOptions & { card?: string } = {}): Promise<void> {
    const only = this.requireOne('save', 'Save each member in a folder of its own.')
    await saveModelFolder(folder, { ...describeFolder(only, card), weights: only.model.stateDict() }, options)
  }

  /**
   * Writes the network as ONNX files of standard operators, any batch and length, for servers and for other
   * languages: `encoder.onnx`, `step.onnx`, and the text processing as `source.json` and `target.json`.
   * `docs/guides/translation.md` has a program that translates with them.
   * @returns names, types and shapes of what the files take and give.
   * @throws InvalidArgumentError for an ensemble: export its members.
   * @throws StorageError when the folder cannot be written.
   */
  async exportOnnx(folder: string): Promise<ExportedTranslator> {
    return exportGraphs(this.requireOne('exportOnnx', 'Export each member into a folder of its own.'), folder)
  }

  /** Frees compiled graphs and tensors. The translator may be used again, and compiles anew. */
  async dispose(): Promise<void> {
    await this.search.dispose()
    for (const { model } of this.members) model.dispose()
  }

  private requireOne(argument: string, hint: string): TranslatorParts {
    if (this.members.length === 1) return this.first
    throw new InvalidArgumentError({
      argument,
      expected: 'a translator with one network',
      received: `an ensemble of ${this.members.length}`,
      hint,
    })
  }

  private get first(): TranslatorParts {
    return this.members[0] as TranslatorParts
  }
}

function requireSameVocabularies(members: readonly TranslatorParts[]): TranslatorParts {
  const [first, ...others] = members
  if (!first)
    throw new InvalidArgumentError({
      argument: 'translators',
      expected: 'at least one translator',
      received: 'none',
    })
  const textOf = ({ pipelines }: TranslatorParts) => JSON.stringify([pipelines.source, pipelines.target])
  const text = textOf(first)
  if (others.some((other) => textOf(other) !== text))
    throw new InvalidArgumentError({
      argument: 'translators',
      expected: 'the same text processing and vocabularies in all of them',
      received: 'different ones',
      hint: 'Train them with the same corpus and text settings; only the seed may differ.',
    })
  return first
}
