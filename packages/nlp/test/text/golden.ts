/** What tools/golden/text.py wrote. */
import { readFileSync } from 'node:fs'
import type { MosesLanguage, PunctuationLanguage } from '../../src/text/index.js'

interface Golden {
  moses: { language: MosesLanguage; text: string; tokens: string[]; hyphens: string[]; detokenized: string }[]
  addresses: { text: string; tokens: string[] }[]
  punctuation: { language: PunctuationLanguage | 'pl'; text: string; normalized: string }[]
  truecase: { train: string[]; cases: { text: string; truecased: string[] }[] }
  bpe: { words: Record<string, number>; merges: [string, string][]; segmented: Record<string, string[]> }
}

export const golden: Golden = JSON.parse(
  readFileSync(new URL('../golden/text.json', import.meta.url), 'utf8'),
)
