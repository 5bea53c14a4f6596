/** Words by the Unicode rules and dictionaries of the JavaScript engine: Chinese, Japanese, Thai and any other script. */
import { InvalidArgumentError } from '@attentive/core'
import { detokenizeMoses } from './moses-detokenizer.js'
import type { Tokenizer } from './tokenizer.js'

export interface SegmenterOptions {
  /** BCP 47 tag, such as `zh`, `ja`, `th`. */
  language: string
}

const unspacedScripts =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u3000-\\u303F\\u30FB-\\u30FF\\uFF00-\\uFFEF'
const startsUnspaced = new RegExp(`^[${unspacedScripts}]`, 'u')
const endsUnspaced = new RegExp(`[${unspacedScripts}]\\p{M}*$`, 'u')

/** Spaces only between words of scripts that have them; those words as Moses would write them. */
function join(tokens: readonly string[]): string {
  let text = ''
  let spaced: string[] = []
  const flush = () => {
    text += detokenizeMoses(spaced, 'en')
    spaced = []
  }
  for (const token of tokens) {
    if (startsUnspaced.test(token) || endsUnspaced.test(token)) {
      flush()
      text += token
    } else spaced.push(token)
  }
  flush()
  return text
}

/** @throws InvalidArgumentError for a malformed language tag. */
export function createSegmenterTokenizer({ language }: SegmenterOptions): Tokenizer {
  const segmenter = createSegmenter(language)
  return {
    tokenize: (text) => Array.from(segmenter.segment(text), ({ segment }) => segment.trim()).filter(Boolean),
    detokenize: join,
  }
}

function createSegmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'word' })
  } catch (cause) {
    throw new InvalidArgumentError({
      argument: 'tokenizer.language',
      expected: 'a language tag such as "zh", "ja" or "th"',
      received: JSON.stringify(language),
      cause,
    })
  }
}
