/**
 * Draws what a translator of dates looks at while it writes, for one unseen date of each of some scripts:
 *
 *     npx tsx apps/examples/src/translation/dates/picture.ts [--out runs/dates] [--dates N] [--seed N]
 *
 *     ✓ 22 Haziran 1919 Pazar  →  1919-06-22   runs/dates/attention-1.png
 *     …
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Translator } from '@attentive/nlp'
import { drawAttention } from '../../draw-attention.js'
import { isMain } from '../../is-main.js'
import { parseOptions } from '../../options.js'
import { run } from '../../run.js'
import { type DatePair, dateCorpus } from './data.js'

export interface DrawnDate extends DatePair {
  translation: string
  /** log p(translation | source) under the length penalty. */
  score: number
  /** Name of the PNG; beside it lies the SVG. */
  picture: string
}

const scripts: readonly RegExp[] = [
  /^[a-z ,.\d]+$/i,
  /[äöüéèûçñãăşśź]/i,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Han}/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Devanagari}/u,
]

/** Translates and draws the first date of each script; `attention-1.png`, `attention-1.svg`, … */
export async function drawDates(
  translator: Translator,
  dates: readonly DatePair[],
  folder: string,
): Promise<DrawnDate[]> {
  const shown = scripts.flatMap((script) => dates.find(({ source }) => script.test(source)) ?? [])
  const translations = await translator.translate(shown.map(({ source }) => source))
  await mkdir(folder, { recursive: true })
  const drawn: DrawnDate[] = []
  for (const [i, [best]] of translations.entries()) {
    const picture = await drawAttention(best, join(folder, `attention-${i + 1}`))
    drawn.push({ ...(shown[i] as DatePair), translation: best.text, score: best.score, picture })
  }
  return drawn
}

export function reportDates(dates: readonly DrawnDate[]): void {
  for (const { source, target, translation, picture } of dates)
    console.log(`  ${translation === target ? '✓' : '✗'} ${source}  →  ${translation}   ${picture}`)
}

export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, { out: 'runs/dates' })
  const translator = await Translator.load(options.out)
  reportDates(await drawDates(translator, dateCorpus(options).test, options.out))
  await translator.dispose()
  return 0
}

if (isMain(import.meta.url)) await run(main)
