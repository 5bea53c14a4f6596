/**
 * Learns text pipelines from a corpus, in one pass. Memory grows with the number of different words, up to a million on
 * each side: beyond that the rarest are forgotten, see `SurfaceCounts`.
 */
import { DataError, InvalidArgumentError } from '@attentive/core'
import { Bpe } from './bpe.js'
import { learnBpe } from './bpe-learner.js'
import { checkConfig } from './check.js'
import { SurfaceCounts } from './surface-counts.js'
import { type ParsedTextConfig, type TextConfig, textConfigSchema } from './text-config.js'
import { TextPipeline } from './text-pipeline.js'
import { Vocabulary } from './vocabulary.js'
import { increment, WordForms, WordSplitter } from './words.js'

export interface TextPair {
  source: string
  target: string
}

export interface FitPairOptions {
  source?: TextConfig
  target?: TextConfig
  /** One byte-pair encoding and one vocabulary for both sides, so that embeddings can be shared. Default false. */
  joint?: boolean
}

export interface TextPipelinePair {
  source: TextPipeline
  target: TextPipeline
}

/** What one side has learnt before pieces and ids. */
interface FittedForms {
  config: ParsedTextConfig
  forms: WordForms
  counts: Map<string, number>
}

class FormFitter {
  private readonly counts = new SurfaceCounts()
  private readonly config: ParsedTextConfig
  private readonly splitter: WordSplitter

  constructor(config: TextConfig, name: string) {
    this.config = checkConfig(textConfigSchema, config, name)
    this.splitter = new WordSplitter(this.config)
  }

  add(text: string): void {
    this.splitter.count(text, this.counts)
  }

  finish(): FittedForms {
    const forms = WordForms.fit(this.config, this.counts)
    const counts = forms.count(this.counts)
    if (counts.size === 0)
      throw new DataError({
        argument: 'corpus',
        expected: 'at least one word',
        received: 'none',
        hint: 'Is the file empty, or does the tokenizer drop everything?',
      })
    return { config: this.config, forms, counts }
  }
}

function fitBpe(config: ParsedTextConfig, counts: ReadonlyMap<string, number>): Bpe | null {
  return config.subword.type === 'bpe' ? learnBpe(counts, config.subword) : null
}

function fitVocabulary(
  config: ParsedTextConfig,
  counts: ReadonlyMap<string, number>,
  bpe: Bpe | null,
): Vocabulary {
  return Vocabulary.fromCounts(bpe ? countPieces(bpe, counts) : counts, config)
}

/** How often each piece occurs; a character counts wherever it stands, so that no word is without pieces. */
function countPieces(bpe: Bpe, counts: ReadonlyMap<string, number>): Map<string, number> {
  const characters = new Bpe([])
  const pieceCounts = new Map<string, number>()
  const characterCounts = new Map<string, number>()
  for (const [word, count] of counts) {
    for (const piece of bpe.encodeWord(word)) increment(pieceCounts, piece, count)
    for (const piece of characters.encodeWord(word)) increment(characterCounts, piece, count)
  }
  return new Map([...pieceCounts, ...characterCounts])
}

function build(
  { config, forms }: FittedForms,
  counts: ReadonlyMap<string, number>,
  shared?: TextPipeline,
): TextPipeline {
  const bpe = shared ? shared.bpe : fitBpe(config, counts)
  const vocabulary = shared ? shared.vocabulary : fitVocabulary(config, counts, bpe)
  return new TextPipeline({ config, forms, bpe, vocabulary })
}

/**
 * Learns the pipeline of one language.
 * @throws DataError when the corpus holds no word.
 */
export async function fitTextPipeline(
  texts: Iterable<string> | AsyncIterable<string>,
  config: TextConfig = {},
): Promise<TextPipeline> {
  const fitter = new FormFitter(config, 'config')
  for await (const text of texts) fitter.add(text)
  const fitted = fitter.finish()
  return build(fitted, fitted.counts)
}

/**
 * Learns the pipelines of both sides of a parallel corpus.
 * @throws InvalidArgumentError when `joint` is asked for and the sides differ in pieces or vocabulary settings.
 * @throws DataError when a side holds no word.
 */
export async function fitTextPipelines(
  pairs: Iterable<TextPair> | AsyncIterable<TextPair>,
  { source = {}, target = {}, joint = false }: FitPairOptions = {},
): Promise<TextPipelinePair> {
  const fitters = { source: new FormFitter(source, 'source'), target: new FormFitter(target, 'target') }
  for await (const pair of pairs) {
    fitters.source.add(pair.source)
    fitters.target.add(pair.target)
  }
  const fitted = { source: fitters.source.finish(), target: fitters.target.finish() }
  if (!joint)
    return {
      source: build(fitted.source, fitted.source.counts),
      target: build(fitted.target, fitted.target.counts),
    }
  requireSamePieces(fitted.source.config, fitted.target.config)
  const counts = new Map(fitted.source.counts)
  for (const [word, count] of fitted.target.counts) increment(counts, word, count)
  const sourcePipeline = build(fitted.source, counts)
  return { source: sourcePipeline, target: build(fitted.target, counts, sourcePipeline) }
}

function requireSamePieces(source: ParsedTextConfig, target: ParsedTextConfig): void {
  const pieces = ({ subword, minFrequency, maxSize }: ParsedTextConfig) =>
    JSON.stringify({ subword, minFrequency, maxSize })
  if (pieces(source) !== pieces(target))
    throw new InvalidArgumentError({
      argument: 'joint',
      expected: 'equal subword, minFrequency and maxSize on both sides',
      received: `${pieces(source)} and ${pieces(target)}`,
    })
}
