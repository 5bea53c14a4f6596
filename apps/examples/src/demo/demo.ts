/**
 * `npm run demo`: trains a translator of dates on a corpus it makes by itself, scores it on dates it has not seen,
 * translates English with the model that lies in the repository, draws what both attend to, and answers what is typed.
 *
 * Options: --epochs N, --dates N, --seed N, --out DIR (default demo-output), --model DIR, --no-chat.
 * Exit codes: 0 done, 1 not good enough or failed, 2 wrong usage, 130 interrupted while training.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseEngine } from '@attentive/core'
import type { Translator } from '@attentive/nlp'
import { isMain } from '../is-main.js'
import { type ExampleOptions, parseOptions } from '../options.js'
import { run } from '../run.js'
import { type DateCorpus, dateCorpus } from '../translation/dates/data.js'
import { reportScores, scoreDates } from '../translation/dates/evaluate.js'
import { drawDates, reportDates } from '../translation/dates/picture.js'
import { goal, interrupted, trainDatesVisibly } from '../translation/dates/train.js'
import {
  loadEnglishGerman,
  reportCaptions,
  translateCaptions,
} from '../translation/english-german/translate.js'
import { answerFrom, chat, invitation } from './chat.js'
import { startStopwatch } from './stopwatch.js'

export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, { out: 'demo-output' })
  const elapsed = startStopwatch()
  const corpus = dateCorpus(options)
  introduce(corpus)
  const dates = await trainDatesVisibly(corpus, options)
  if (!dates) return interrupted()
  const english = await loadEnglishGerman(options.model)
  const shown = await show(dates, corpus, options, elapsed)
  const captions = await showEnglish(english, options)
  const summary = { ...shown, captions, ...elapsed(), engine: chooseEngine(), seed: options.seed }
  const file = join(options.out, 'summary.json')
  await writeFile(file, `${JSON.stringify(summary, null, 2)}\n`)
  console.log(`\nScores and translations: ${file}`)
  if (!summary.reached) console.error(missed(options))
  if (options.chat && process.stdin.isTTY && process.stdout.isTTY) {
    console.log(`\n${invitation(english !== null)}`)
    await chat({ input: process.stdin, output: process.stdout }, answerFrom(dates, english))
  }
  await dates.dispose()
  await english?.dispose()
  return summary.reached ? 0 : 1
}

function introduce({ training }: DateCorpus): void {
  console.log(`Teaching a small LSTM with attention to read dates: ${training.length} examples such as`)
  for (const { source, target } of training.slice(0, 4)) console.log(`  ${source}  →  ${target}`)
}

/** Scores, examples and pictures of the translator of dates. */
async function show(
  dates: Translator,
  { training, validation, test }: DateCorpus,
  { out }: ExampleOptions,
  elapsed: ReturnType<typeof startStopwatch>,
) {
  const { seconds: trainingSeconds } = elapsed()
  const { steps: trainingSteps, best } = dates.trainResult ?? {}
  console.log(`\nTrained in ${trainingSeconds.toFixed(0)} s.`)
  const scores = await scoreDates(dates, test)
  const reached = reportScores(scores, test.length)
  const examples = await drawDates(dates, test, out)
  console.log('\nSome of them, and pictures of where it looked for each character of its answer:')
  reportDates(examples)
  return {
    reached,
    goal,
    ...scores,
    validationExactMatch: best?.score ?? null,
    trainingSeconds,
    trainingSteps,
    trainingDates: training.length,
    validationDates: validation.length,
    testDates: test.length,
    examples,
  }
}

/** Null when the repository has no such model. */
export async function showEnglish(english: Translator | null, { out }: ExampleOptions) {
  if (!english) {
    console.log('\nThere is no English–German model here: that part is left out.')
    return null
  }
  console.log('\nA larger one, trained earlier on captions of photographs, English to German:')
  const captions = await translateCaptions(english, out)
  reportCaptions(captions)
  return captions.translated
}

const missed = ({ epochs }: ExampleOptions) =>
  `\nNot good enough: more than ${goal} % of the unseen dates should be right after at most ${epochs} epoch(s).\n` +
  'With the default options this should not happen: please report it with the lines above.'

if (isMain(import.meta.url)) await run(main)
