/** `attentive translate run`. */
import type { Translation, Translator } from '@attentive/nlp'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { lineGroups } from '../../line-groups.js'
import { engineOption, jsonOption, positiveInteger, threadsOption } from '../../options.js'
import { printJson, printLine } from '../../output.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { AttentionFolder } from './attention-folder.js'
import { loadTranslator } from './load.js'
import {
  batchSizeOption,
  beamSizeOption,
  coveragePenaltyOption,
  lengthPenaltyOption,
  maxLengthOption,
  replaceUnknownOption,
  searchOptions,
} from './search-options.js'

type Flags = ReturnType<ReturnType<typeof runCommand>['opts']>

/** A text with its translations, best first. */
interface Translated {
  source: string
  translations: Translation[]
}

export function addRunCommand(translate: CommandUnknownOpts, { terminal }: Invocation): void {
  runCommand(translate).action(async (inputs, flags) => {
    const translator = await loadTranslator(flags.model, flags)
    const results = translateGroups(translator, textGroups(inputs, terminal), flags)
    if (flags.json) printJson(terminal.stdout, { model: flags.model, results: await collectJson(results) })
    else await printTexts(results, flags, terminal)
    await translator.dispose()
  })
}

function runCommand(translate: CommandUnknownOpts) {
  return translate
    .command('run')
    .description('Translates texts, or the lines of standard input as they come.')
    .argument('[input...]', 'texts to translate; none, or -, for the lines of standard input')
    .requiredOption(
      '--model <folder>',
      'a trained model; more of them, each with --model, decode as one',
      collect,
    )
    .addOption(beamSizeOption)
    .option('--n-best <n>', 'translations of each text, best first (default: 1)', positiveInteger)
    .addOption(lengthPenaltyOption)
    .addOption(coveragePenaltyOption)
    .addOption(maxLengthOption)
    .addOption(batchSizeOption)
    .addOption(replaceUnknownOption)
    .option(
      '--attention <folder>',
      'draw what each translation attended to: SVG, PNG, and the numbers as JSON',
    )
    .addOption(engineOption)
    .addOption(threadsOption)
    .addOption(jsonOption)
    .addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive translate run --model models/en-de "Two dogs run through the snow." --attention pictures
  $ attentive translate run --model models/en-de --beam-size 10 --n-best 3 "A man sleeps."
  $ attentive translate run --model models/en-de < input.en > output.de
  $ attentive translate run --model models/a --model models/b --json - < input.en`

const collect = (folder: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), folder]

/** Texts in the groups in which they are translated and answered. */
async function* textGroups(inputs: readonly string[], { stdin, stderr }: Terminal): AsyncGenerator<string[]> {
  const fromInput = inputs.length === 0 || (inputs.length === 1 && inputs[0] === '-')
  if (!fromInput) yield [...inputs]
  else
    yield* lineGroups(stdin, { onWait: stdin.isTTY && stderr.isTTY ? () => stderr.write('> ') : undefined })
}

async function* translateGroups(
  translator: Translator,
  groups: AsyncIterable<string[]>,
  { attention, ...flags }: Flags,
): AsyncGenerator<Translated> {
  const pictures = attention === undefined ? null : new AttentionFolder(attention)
  for await (const texts of groups) {
    const translations = await translator.translate(texts, searchOptions(flags))
    for (const [i, source] of texts.entries()) {
      const found = translations[i] as Translation[]
      await pictures?.add(found[0] as Translation)
      yield { source, translations: found }
    }
  }
}

/** One line a text; with `--n-best` one a translation, as Moses writes them: `number ||| text ||| score`. */
async function printTexts(results: AsyncIterable<Translated>, { nBest }: Flags, { stdout }: Terminal) {
  let number = 0
  for await (const { translations } of results) {
    for (const { text, score } of translations)
      printLine(stdout, nBest === undefined ? text : `${number} ||| ${text} ||| ${score.toFixed(4)}`)
    number++
  }
}

async function collectJson(results: AsyncIterable<Translated>) {
  const collected = []
  for await (const { source, translations } of results)
    collected.push({
      source,
      translations: translations.map(({ text, score, logProb, tokens, finished }) => ({
        text,
        score,
        logProb,
        tokens,
        finished,
      })),
    })
  return collected
}
