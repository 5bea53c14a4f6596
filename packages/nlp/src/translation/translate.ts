/** From texts to translations: batches of similar length through a search, results in the order asked for. */
import {
  type BeamSearchOptions,
  beamSearch,
  type Hypothesis,
  InvalidArgumentError,
  Rng,
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

export interface TranslateOptions extends SearchOptions {
  /** Sentences translated at once. Default 64. */
  batchSize?: number
  /** Write the most attended source word for unknown words. Default false. */
  replaceUnknown?: boolean
  /** Never choose the unknown word. Default false. */
  banUnknown?: boolean
  /** Draw translations at random instead of searching for the likeliest; `seed` makes them repeatable. */
  sampling?: Pick<SampleOptions, 'temperature' | 'topK' | 'topP'> & { seed: number }
  /** Told how many sentences are done. */
  onProgress?(done: number, total: number): void
}

/** The parts of a translator that translating needs. */
export interface TranslationEngine {
  pipelines: TextPipelinePair
  search: TranslationSearchModel
}

/** An empty text has nothing to translate: the model is not asked. */
const isEmpty = ({ tokens }: EncodedText) => tokens.length === 0

export async function translateTexts(
  { pipelines, search }: TranslationEngine,
  texts: readonly string[],
  options: TranslateOptions = {},
): Promise<Translation[][]> {
  const { batchSize = 64, replaceUnknown = false, onProgress } = options
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new InvalidArgumentError({
      argument: 'batchSize',
      expected: 'a positive integer',
      received: String(batchSize),
    })
  const sources = texts.map((text) => pipelines.source.encode(text))
  const results = sources.map((): Translation[] => [])
  const order = sources.flatMap((source, i) => (isEmpty(source) ? [] : [i]))
  order.sort((a, b) => lengthOf(sources[b]) - lengthOf(sources[a]))
  const translate = (source: EncodedText, hypothesis: Hypothesis) =>
    createTranslation({ source, hypothesis, target: pipelines.target, replaceUnknown })
  sources.forEach((source, i) => {
    if (isEmpty(source)) results[i] = [translate(source, nothing())]
  })
  const rng = options.sampling ? new Rng(options.sampling.seed) : null
  let done = texts.length - order.length
  for (let start = 0; start < order.length; start += batchSize) {
    const batch = order.slice(start, start + batchSize)
    const found = await searchBatch(
      search,
      batch.map((i) => sources[i] as EncodedText),
      options,
      rng,
    )
    batch.forEach((i, row) => {
      results[i] = (found[row] ?? []).map((hypothesis) => translate(sources[i] as EncodedText, hypothesis))
    })
    done += batch.length
    onProgress?.(done, texts.length)
  }
  return results
}

const lengthOf = (source: EncodedText | undefined) => source?.ids.length ?? 0

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
