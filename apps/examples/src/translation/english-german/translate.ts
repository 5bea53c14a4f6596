/**
 * English to German with the model that lies in `apps/examples/models/en-de`, offline:
 *
 *     npx tsx apps/examples/src/translation/english-german/translate.ts [--model DIR] [--out runs/english-german]
 *
 *     a brown dog …  →  ein brauner hund …
 *     …
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isModelFolder } from '@attentive/core'
import { Translator } from '@attentive/nlp'
import { drawAttention } from '../../draw-attention.js'
import { isMain } from '../../is-main.js'
import { parseOptions } from '../../options.js'
import { run } from '../../run.js'

/** Its README.md says what it was trained on, and how good it is. */
const shippedModel = fileURLToPath(new URL('../../../models/en-de', import.meta.url))

/** Such as somebody could write under a photograph: the model has read nothing else. */
const captions: readonly string[] = [
  'A grey cat is sleeping on a warm car.',
  'Two boys in yellow raincoats are jumping into a puddle.',
  'A woman with a red umbrella is waiting for the bus.',
  'An old man is feeding pigeons in front of a church.',
  'Three friends are cooking dinner over a small fire on the beach.',
]

export interface TranslatedCaption {
  source: string
  translation: string
  score: number
}

/** Null when there is no such folder. @throws CheckpointError when there is one, and it is damaged. */
export async function loadEnglishGerman(folder: string = shippedModel): Promise<Translator | null> {
  return (await isModelFolder(folder)) ? Translator.load(folder) : null
}

/** Translates the captions, and draws what the model looked at for the first: `english-german.png`. */
export async function translateCaptions(translator: Translator, folder: string) {
  const translations = await translator.translate(captions)
  await mkdir(folder, { recursive: true })
  const picture = await drawAttention(
    (translations[0] as (typeof translations)[0])[0],
    join(folder, 'english-german'),
  )
  const translated = translations.map(
    ([{ text, score }], i): TranslatedCaption => ({
      source: captions[i] as string,
      translation: text,
      score,
    }),
  )
  return { translated, picture }
}

export function reportCaptions({ translated, picture }: Awaited<ReturnType<typeof translateCaptions>>): void {
  for (const { source, translation } of translated) console.log(`  ${source}  →  ${translation}`)
  console.log(`What it looked at for the first: ${picture}`)
}

export async function main(args: readonly string[]): Promise<number> {
  const { model, out } = parseOptions(args, { out: 'runs/english-german' })
  const translator = await loadEnglishGerman(model)
  if (!translator) {
    console.error(`There is no model in ${model ?? shippedModel}.`)
    return 1
  }
  reportCaptions(await translateCaptions(translator, out))
  await translator.dispose()
  return 0
}

if (isMain(import.meta.url)) await run(main)
