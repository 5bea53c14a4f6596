/** Translator: trains, translates, evaluates, saves and loads. */
import {
  averageStates,
  type CompileOptions,
  InvalidArgumentError,
  Rng,
  type SaveModelOptions,
  saveModelFolder,
} from '@attentive/core'
import type { TextPipelinePair } from '../text/index.js'
import { type Evaluation, evaluateTranslations, type ParallelCorpus } from './evaluate.js'
import { createModel, describeFolder, loadFolder, type TranslatorParts } from './folder.js'
import type { TranslationModel } from './model.js'
import { TranslationSearchModel } from './search-model.js'
import { type TrainTranslatorOptions, trainTranslator } from './train.js'
import { type TranslateOptions, translateTexts } from './translate.js'
import type { Translation } from './translation.js'

export type EngineOptions = Pick<CompileOptions, 'engine' | 'threads'>

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
  ) {
    this.search = new TranslationSearchModel(
      members.map(({ model }) => model),
      engineOptions,
    )
  }

  /**
   * Learns text processing and network from a parallel corpus.
   * @throws InvalidArgumentError on settings that make no sense.
   * @throws DataError when the corpus is empty or has a bad line.
   * @throws NumericalError when the loss becomes NaN; the last good checkpoint is kept.
   */
  static async train(options: TrainTranslatorOptions): Promise<Translator> {
    return new Translator([await trainTranslator(options)], options.engine)
  }

  /** @throws CheckpointError when the folder holds no translator, or is damaged. */
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

  /** One translator with the mean of the weights of several of the same run (checkpoint averaging). */
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
   * Translates a text, or a list of texts. An empty text has an empty translation.
   * @returns for each text its `nBest` translations, best first.
   */
  translate(text: string, options?: TranslateOptions): Promise<[Translation, ...Translation[]]>
  translate(texts: readonly string[], options?: TranslateOptions): Promise<[Translation, ...Translation[]][]>
  async translate(input: string | readonly string[], options?: TranslateOptions): Promise<unknown> {
    const texts = typeof input === 'string' ? [input] : input
    const translations = await translateTexts(
      { pipelines: this.pipelines, search: this.search },
      texts,
      options,
    )
    return typeof input === 'string' ? translations[0] : translations
  }

  /** BLEU, chrF, TER and perplexity on a parallel corpus; perplexity is the first member's. */
  evaluate(corpus: ParallelCorpus, options?: TranslateOptions): Promise<Evaluation> {
    const engine = { pipelines: this.pipelines, search: this.search }
    return evaluateTranslations(engine, this.first.model, corpus, { ...this.engineOptions, ...options })
  }

  /**
   * Saves the model folder: whatever happens, it holds the old model or the new one, whole.
   * @throws InvalidArgumentError for an ensemble: save its members.
   * @throws StorageError when the folder cannot be written.
   */
  async save(folder: string, { card, ...options }: SaveModelOptions & { card?: string } = {}): Promise<void> {
    if (this.members.length > 1)
      throw new InvalidArgumentError({
        argument: 'save',
        expected: 'a translator with one network',
        received: `an ensemble of ${this.members.length}`,
        hint: 'Save each member in a folder of its own.',
      })
    const weights = this.first.model.stateDict()
    await saveModelFolder(folder, { ...describeFolder(this.first, undefined, card), weights }, options)
  }

  /** Frees compiled graphs and tensors. */
  async dispose(): Promise<void> {
    await this.search.dispose()
    for (const { model } of this.members) model.dispose()
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
