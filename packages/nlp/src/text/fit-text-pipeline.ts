/**
 * Learns text pipelines from a corpus, in one pass. Memory grows with the number of different words, up to a million on
 * each side: beyond that the rarest are forgotten, see `SurfaceCounts`.
 */
import { checkConfig, DataError, InvalidArgumentError } from '@attentive/core'
import { Bpe } from './bpe.js'
import { learnBpeStepwise } from './bpe-learner.js'
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
  /** Told how many merges of a byte-pair encoding have been learnt, and waited for. */
  onMerge?: (merges: number) => Promise<void> | undefined
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

async function fitBpe(
  { subword }: ParsedTextConfig,
  counts: ReadonlyMap<string, number>,
  onMerge: FitPairOptions['onMerge'],
): Promise<Bpe | null> {
  if (subword.type !== 'bpe') return null
  const steps = learnBpeStepwise(counts, subword)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await onMerge?.(step.value)
  }
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

async function build(
  { config, forms }: FittedForms,
  counts: ReadonlyMap<string, number>,
  { shared, onMerge }: { shared?: TextPipeline } & Pick<FitPairOptions, 'onMerge'> = {},
): Promise<TextPipeline> {
  const bpe = shared ? shared.bpe : await fitBpe(config, counts, onMerge)
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
  { source = {}, target = {}, joint = false, onMerge }: FitPairOptions = {},
): Promise<TextPipelinePair> {
  const fitters = { source: new FormFitter(source, 'source'), target: new FormFitter(target, 'target') }
  for await (const pair of pairs) {
    fitters.source.add(pair.source)
    fitters.target.add(pair.target)
  }
  const fitted = { source: fitters.source.finish(), target: fitters.target.finish() }
  if (!joint)
    return {
      source: await build(fitted.source, fitted.source.counts, { onMerge }),
      target: await build(fitted.target, fitted.target.counts, { onMerge }),
    }
  requireSamePieces(fitted.source.config, fitted.target.config)
  const counts = new Map(fitted.source.counts)
  for (const [word, count] of fitted.target.counts) increment(counts, word, count)
  const sourcePipeline = await build(fitted.source, counts, { onMerge })
  return { source: sourcePipeline, target: await build(fitted.target, counts, { shared: sourcePipeline }) }
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
