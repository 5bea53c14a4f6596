/** From texts to translations: batches of similar length through a search, results in the order asked for. */
import {
  type BeamSearchOptions,
  beamSearch,
  type CompileOptions,
  type Hypothesis,
  InvalidArgumentError,
  type KnownOptions,
  Rng,
  requireKnownOptions,
  type SampleOptions,
  sample,
} from '@attentive/core'
import { createSourceBatch } from '../data/index.js'
import { beginId, type EncodedText, endId, padId, type TextPipelinePair, unknownId } from '../text/index.js'
import type { SearchState, TranslationSearchModel } from './search-model.js'
import { createTranslation, type Translation } from './translation.js'

type SearchOptions = Pick<
  BeamSearchOptions,
  | 'beamSize'
  | 'nBest'
  | 'lengthPenalty'
  | 'coveragePenalty'
  | 'earlyStopping'
  | 'minLength'
  | 'maxLength'
  | 'noRepeatNgramSize'
>

/** What runs the network: see `CompileOptions`. */
export type EngineOptions = Pick<CompileOptions, 'engine' | 'threads' | 'precision'>

export interface TranslateOptions extends SearchOptions {
  /** Sentences translated at once; fewer where they are very long. Default 64. */
  batchSize?: number
  /** Of a longer text, in tokens, the beginning is translated, and the translation marked `truncated`. Default 1000. */
  maxSourceLength?: number
  /** Write the most attended source word for unknown words. Default false. */
  replaceUnknown?: boolean
  /** Never choose the unknown word. Default false. */
  banUnknown?: boolean
  /** Draw translations at random instead of searching for the likeliest; `seed` makes them repeatable. */
  sampling?: Pick<SampleOptions, 'temperature' | 'topK' | 'topP'> & { seed: number }
  /** Told how many sentences are done. */
  onProgress?(done: number, total: number): void
}

const knownOptions = {
  beamSize: true,
  nBest: true,
  lengthPenalty: true,
  coveragePenalty: true,
  earlyStopping: true,
  minLength: true,
  maxLength: true,
  noRepeatNgramSize: true,
  batchSize: true,
  maxSourceLength: true,
  replaceUnknown: true,
  banUnknown: true,
  sampling: true,
  onProgress: true,
} satisfies KnownOptions<TranslateOptions>

const knownSampling = {
  seed: true,
  temperature: true,
  topK: true,
  topP: true,
} satisfies KnownOptions<NonNullable<TranslateOptions['sampling']>>

/** @throws InvalidArgumentError naming an option that is not known. */
export function requireTranslateOptions(options: TranslateOptions = {}): void {
  const { sampling } = requireKnownOptions(options, knownOptions)
  if (sampling !== undefined) requireKnownOptions(sampling, knownSampling, 'sampling')
}

/** @throws InvalidArgumentError unless all are texts. */
export function requireTexts(texts: readonly string[]): void {
  const bad = Array.isArray(texts) ? texts.findIndex((text) => typeof text !== 'string') : -1
  if (Array.isArray(texts) && bad < 0) return
  throw new InvalidArgumentError({
    argument: bad < 0 ? 'texts' : `texts[${bad}]`,
    expected: bad < 0 ? 'a text or a list of texts' : 'a text',
    received: String(bad < 0 ? texts : texts[bad]),
  })
}

/** The parts of a translator that translating needs. */
export interface TranslationEngine {
  pipelines: TextPipelinePair
  search: TranslationSearchModel
}

interface Source extends EncodedText {
  truncated: boolean
}

/** Source positions in a batch: what the attention of all steps to them takes stays within some hundred megabytes. */
const maxBatchPositions = 8192

/**
 * Translations of texts, in their order; an empty text has an empty one, without the model being asked.
 * @throws InvalidArgumentError on options that make no sense.
 */
export async function translateTexts(
  { pipelines, search }: TranslationEngine,
  texts: readonly string[],
  options: TranslateOptions = {},
): Promise<Translation[][]> {
  const { batchSize = 64, maxSourceLength = 1000, replaceUnknown = false, sampling, onProgress } = options
  requirePositive('batchSize', batchSize)
  requirePositive('maxSourceLength', maxSourceLength)
  const sources = texts.map((text) => cutTokens(pipelines.source.encode(text), maxSourceLength))
  const translate = (source: Source, hypothesis: Hypothesis) =>
    createTranslation({ source, hypothesis, target: pipelines.target, replaceUnknown })
  const results = sources.map((source) => (isEmpty(source) ? [translate(source, nothing())] : []))
  const rng = sampling ? new Rng(sampling.seed) : null
  let done = sources.filter(isEmpty).length
  for (const batch of batchesOf(sources, batchSize)) {
    const found = await searchBatch(
      search,
      batch.map((i) => sources[i] as Source),
      options,
      rng,
    )
    batch.forEach((i, row) => {
      results[i] = (found[row] ?? []).map((hypothesis) => translate(sources[i] as Source, hypothesis))
    })
    done += batch.length
    onProgress?.(done, texts.length)
  }
  return results
}

function requirePositive(argument: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError({ argument, expected: 'a positive integer', received: String(value) })
}

const isEmpty = ({ ids }: EncodedText) => ids.length === 0

function cutTokens(source: EncodedText, length: number): Source {
  const cut = <T>(items: T[]) => items.slice(0, length)
  const { tokens, ids, wordOfToken } = source
  const kept = { tokens: cut(tokens), ids: cut(ids), wordOfToken: cut(wordOfToken) }
  return { ...source, ...kept, truncated: ids.length > length }
}

/** Places of the texts that are not empty, in batches of similar length, the longest first. */
function* batchesOf(sources: readonly Source[], batchSize: number): Generator<number[]> {
  const lengthOf = (i: number) => (sources[i] as Source).ids.length
  const order = sources.flatMap((source, i) => (isEmpty(source) ? [] : [i]))
  order.sort((a, b) => lengthOf(b) - lengthOf(a))
  for (let start = 0; start < order.length; ) {
    const fitting = Math.floor(maxBatchPositions / (lengthOf(order[start] as number) + 1))
    const end = start + Math.min(batchSize, Math.max(1, fitting))
    yield order.slice(start, end)
    start = end
  }
}

async function searchBatch(
  search: TranslationSearchModel,
  sources: EncodedText[],
  options: TranslateOptions,
  rng: Rng | null,
): Promise<Hypothesis[][]> {
  const { nBest = 1, banUnknown = false, minLength, maxLength, noRepeatNgramSize } = options
  const state = await search.start(createSourceBatch(sources.map(({ ids }) => ids)))
  const input = { state, batchSize: sources.length, sourceLengths: sources.map(({ ids }) => ids.length + 1) }
  const common = {
    beginToken: beginId,
    endToken: endId,
    bannedTokens: banUnknown ? [padId, beginId, unknownId] : [padId, beginId],
    ...defined({ minLength, maxLength, noRepeatNgramSize }),
  }
  if (rng) {
    const { temperature, topK, topP } = options.sampling ?? {}
    const sampling = { ...common, rng, numSamples: nBest, ...defined({ temperature, topK, topP }) }
    return sample<SearchState>(search, input, sampling)
  }
  const { beamSize, lengthPenalty, coveragePenalty, earlyStopping } = options
  const beam = { ...common, nBest, ...defined({ beamSize, lengthPenalty, coveragePenalty, earlyStopping }) }
  return beamSearch<SearchState>(search, input, beam)
}

/** Without the entries that are undefined, so that defaults apply. */
function defined<T extends object>(entries: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as never
}

function nothing(): Hypothesis {
  return {
    tokens: new Int32Array(),
    score: 0,
    logProb: 0,
    tokenLogProbs: new Float32Array(),
    attention: null,
    finished: true,
  }
}
