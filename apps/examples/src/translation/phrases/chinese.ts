/**
 * Languages without spaces: `Intl.Segmenter`, which comes with Node, finds the words of Chinese and Japanese.
 *
 *     npx tsx apps/examples/src/translation/phrases/chinese.ts
 *
 *     zh: 三 · 个 · 女孩 · 在 · 海滩 · 上 · 跑步 · 。
 *     ja: 三人 · の · 女の子 · が · 海辺 · を · 走 · って · い · ます · 。
 *     BLEU 100.0 (tokenizer zh) on 68 unseen phrases, such as
 *     three girls eat on the beach  →  三个女孩在海滩上吃饭   (三 · 个 · 女孩 · 在 · 海滩 · 上 · 吃饭)
 */
import { Bleu, createTokenizer, Translator } from '@attentive/nlp'
import { phrasePairs } from './data.js'
import { small } from './settings.js'

for (const [language, text] of [
  ['zh', '三个女孩在海滩上跑步。'],
  ['ja', '三人の女の子が海辺を走っています。'],
] as const)
  console.log(`${language}: ${createTokenizer({ type: 'segmenter', language }).tokenize(text).join(' · ')}`)

const { training, test } = phrasePairs('zh')
const translator = await Translator.train({
  ...small,
  train: training,
  text: {},
  source: { tokenizer: { type: 'whitespace' } },
  target: { tokenizer: { type: 'segmenter', language: 'zh' } },
})

const { translations, references } = await translator.evaluate(test)
const texts = translations.map(({ text }) => text)
const { score } = new Bleu({ tokenizer: 'zh' }).corpusScore(texts, references)
console.log(`BLEU ${score.toFixed(1)} (tokenizer zh) on ${test.length} unseen phrases, such as`)
console.log(`${test[0]?.source}  →  ${texts[0]}   (${translations[0]?.tokens.join(' · ')})`)
await translator.dispose()
