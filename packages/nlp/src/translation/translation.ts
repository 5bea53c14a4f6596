/** One translation with everything that is known about it. */
import { type AttentionMapOptions, attentionMap, type Drawing, type Hypothesis } from '@attentive/core'
import { type EncodedText, specialTokens, type TextPipeline, unknownId } from '../text/index.js'

/** Attention of a translation: numbers, and a picture on demand. */
export interface TranslationAttention extends Drawing {
  /** `[T, S]`, row by row: how much of each source token entered each target token. */
  weights: Float32Array
  /** T target tokens. */
  rows: string[]
  /** S source tokens, `</s>` included. */
  columns: string[]
}

export interface Translation {
  text: string
  /** What hypotheses are ranked by, higher is better: `logProb` under length and coverage penalties. */
  score: number
  /** log p(target | source). */
  logProb: number
  /** Pieces of the translation. */
  tokens: string[]
  /** False when the translation was cut off at its maximum length. */
  finished: boolean
  /** True when only the beginning of the source text was translated: it was longer than `maxSourceLength` tokens. */
  truncated: boolean
  attention: TranslationAttention
}

export interface TranslationParts {
  source: EncodedText & { truncated: boolean }
  hypothesis: Hypothesis
  target: TextPipeline
  /** Write the most attended source word where the model says "unknown word" (Luong et al. 2015b, section 3.3). */
  replaceUnknown: boolean
}

const endMark = specialTokens[3]

export function createTranslation({
  source,
  hypothesis,
  target,
  replaceUnknown,
}: TranslationParts): Translation {
  const { tokens: ids, score, logProb, finished } = hypothesis
  const tokens = target.vocabulary.decode(ids)
  const columns = [...source.tokens, endMark]
  const weights = cutColumns(hypothesis, tokens.length, columns.length)
  if (replaceUnknown)
    ids.forEach((id, t) => {
      if (id === unknownId) tokens[t] = mostAttendedWord(source, weights, t) ?? (tokens[t] as string)
    })
  return {
    text: target.decodeTokens(tokens),
    score,
    logProb,
    tokens,
    finished,
    truncated: source.truncated,
    attention: { weights, rows: tokens, columns, ...drawingOf({ rows: tokens, columns, weights }) },
  }
}

/** Laid out when it is asked for: most translations are never drawn. An empty one is drawn as its end. */
function drawingOf({ rows, columns, weights }: AttentionMapOptions): Drawing {
  const map =
    rows.length > 0 ? { rows, columns, weights } : { rows: [endMark], columns, weights: columns.map(() => 0) }
  return {
    toSvg: () => attentionMap(map).toSvg(),
    toOutlinedSvg: () => attentionMap(map).toOutlinedSvg(),
    toPng: (options) => attentionMap(map).toPng(options),
  }
}

/** A batch pads all its sentences to one length: the attention to padding, which is zero, is left out. */
function cutColumns({ attention }: Hypothesis, rows: number, columns: number): Float32Array {
  const weights = new Float32Array(rows * columns)
  if (!attention || rows === 0) return weights
  const stride = attention.length / rows
  for (let t = 0; t < rows; t++)
    weights.set(attention.subarray(t * stride, t * stride + columns), t * columns)
  return weights
}

function mostAttendedWord(
  { words, wordOfToken }: EncodedText,
  weights: Float32Array,
  row: number,
): string | undefined {
  const columns = wordOfToken.length + 1 // the last one is the end of the sentence, which is no word
  let best = 0
  for (let s = 1; s < columns - 1; s++)
    if ((weights[row * columns + s] as number) > (weights[row * columns + best] as number)) best = s
  return words[wordOfToken[best] ?? -1]
}
