/**
 * Scores what `train.ts` saved on dates that it has not seen:
 *
 *     npx tsx apps/examples/src/translation/dates/evaluate.ts [--out runs/dates] [--dates N] [--seed N]
 *
 *     99.8 % of 1040 unseen dates are exactly right (goal: more than 98 %).
 *     Perplexity 1.0046 per character, 523 dates a second.
 */
import { ExactMatch, Translator } from '@attentive/nlp'
import { isMain } from '../../is-main.js'
import { parseOptions } from '../../options.js'
import { run } from '../../run.js'
import { type DatePair, dateCorpus } from './data.js'
import { goal } from './train.js'

export interface DateScores {
  /** Dates that are exactly right, in percent. */
  exactMatch: number
  /** Per character. */
  perplexity: number
  datesPerSecond: number
}

export async function scoreDates(translator: Translator, test: DatePair[]): Promise<DateScores> {
  const { translations, references, perplexity, sentencesPerSecond } = await translator.evaluate(test)
  const texts = translations.map(({ text }) => text)
  const { score } = new ExactMatch().corpusScore(texts, references)
  return { exactMatch: score, perplexity, datesPerSecond: sentencesPerSecond }
}

/** Says how good it is; false when that is not good enough. */
export function reportScores({ exactMatch, perplexity, datesPerSecond }: DateScores, count: number): boolean {
  console.log(
    `${exactMatch.toFixed(1)} % of ${count} unseen dates are exactly right (goal: more than ${goal} %).`,
  )
  console.log(
    `Perplexity ${perplexity.toFixed(4)} per character, ${datesPerSecond.toFixed(0)} dates a second.`,
  )
  return exactMatch > goal
}

export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, { out: 'runs/dates' })
  const { test } = dateCorpus(options)
  const translator = await Translator.load(options.out)
  const isGood = reportScores(await scoreDates(translator, test), test.length)
  await translator.dispose()
  return isGood ? 0 : 1
}

if (isMain(import.meta.url)) await run(main)
