/** What a training run knows of itself on the way: its scores on sentences that it does not train on. */
import type { CompileOptions, TrainOptions } from '@attentive/core'
import type { Batch } from '../data/index.js'
import { createMetric } from '../metrics/index.js'
import type { TextPair, TextPipelinePair } from '../text/index.js'
import { modeOf, type ParsedTrainingConfig } from './config.js'
import { collectPairs, type ParallelCorpus } from './corpus.js'
import type { TranslationModel } from './model.js'
import { PerplexityMeter } from './perplexity.js'
import { TranslationSearchModel } from './search-model.js'
import { translateTexts } from './translate.js'

interface ValidatedParts {
  model: TranslationModel
  pipelines: TextPipelinePair
  engine: CompileOptions
}

/** Validation of one run, for the trainer. */
export class RunValidation {
  private readonly meter: PerplexityMeter
  private searchCompileMs = 0

  private constructor(
    private readonly pairs: TextPair[],
    private readonly training: ParsedTrainingConfig,
    private readonly parts: ValidatedParts,
  ) {
    this.meter = new PerplexityMeter(parts.model, parts.pipelines, parts.engine)
  }

  static async create(
    corpus: ParallelCorpus,
    training: ParsedTrainingConfig,
    parts: ValidatedParts,
  ): Promise<RunValidation> {
    return new RunValidation(await collectPairs(corpus), training, parts)
  }

  /** The trainer's options for it. */
  get options(): Pick<TrainOptions<Batch>, 'validation' | 'earlyStopping'> {
    const { metric, patience, validateEvery } = this.training
    return {
      validation: {
        run: () => this.validate(),
        metric,
        mode: modeOf(this.training),
        ...(validateEvery === undefined ? {} : { every: validateEvery }),
      },
      ...(patience > 0 ? { earlyStopping: { patience } } : {}),
    }
  }

  /** Milliseconds spent compiling in all validations so far. */
  get compileMs(): number {
    return this.meter.compileMs + this.searchCompileMs
  }

  dispose(): Promise<void> {
    return this.meter.dispose()
  }

  private async validate(): Promise<Record<string, number>> {
    const { pairs, training, parts } = this
    const hypotheses = await this.translate()
    const references = pairs.map(({ target }) => target)
    const options = { lowercase: parts.pipelines.target.config.casing === 'lowercase' }
    const score = (name: 'bleu' | 'exact-match') =>
      createMetric(name, options).corpusScore(hypotheses, references).score
    return {
      bleu: score('bleu'),
      // For most sentences it says little: shown where it decides.
      ...(training.metric === 'exactMatch' ? { exactMatch: score('exact-match') } : {}),
      perplexity: await this.meter.measure(pairs),
    }
  }

  /**
   * Greedy translations: quick, and in step with beam search for choosing a checkpoint. The search has the present
   * weights baked into its graphs, which is worth compiling them anew each time.
   */
  private async translate(): Promise<string[]> {
    const { model, pipelines, engine } = this.parts
    const search = new TranslationSearchModel([model], engine)
    try {
      const texts = this.pairs.map(({ source }) => source)
      const translations = await translateTexts({ pipelines, search }, texts, { beamSize: 1 })
      return translations.map(([best]) => best?.text ?? '')
    } finally {
      this.searchCompileMs += search.compileMs
      await search.dispose()
    }
  }
}
