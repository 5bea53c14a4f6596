/** `attentive translate run`. */
import { InvalidArgumentError } from '@attentive/core'
import type { TranslateOptions, Translation, Translator } from '@attentive/nlp'
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { fullGroups, lineGroups } from '../../line-groups.js'
import { engineOption, hypothesisCount, jsonOption, precisionOption, threadsOption } from '../../options.js'
import { count, printJson, printLine } from '../../output.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { AttentionFolder } from './attention-folder.js'
import { loadTranslator } from './load.js'
import { seedOption, temperatureOption, topKOption, topPOption } from './sampling-options.js'
import {
  banUnknownOption,
  batchSizeOption,
  beamSizeOption,
  coveragePenaltyOption,
  lengthPenaltyOption,
  maxLengthOption,
  maxSourceLengthOption,
  minLengthOption,
  noRepeatNgramSizeOption,
  replaceUnknownOption,
  searchOptions,
} from './search-options.js'

type Flags = ReturnType<ReturnType<typeof runCommand>['opts']>

/** A text with its translations, best first. */
interface Translated {
  source: string
  translations: [Translation, ...Translation[]]
}

/** Texts in the groups in which they are translated and answered, and what to call each of them. */
interface Input {
  groups: AsyncIterable<string[]>
  /** The text's name, by its number from 1. */
  nameOf(number: number): string
}

export function addRunCommand(translate: CommandUnknownOpts, { terminal }: Invocation): void {
  runCommand(translate).action(async (inputs, flags) => {
    const options = searchOptions(flags)
    const input = openInput(inputs, { ...flags, isDrawn: options.sampling !== undefined }, terminal)
    const translator = await loadTranslator(flags.model, flags)
    try {
      const results = translateGroups(translator, input, { ...flags, options }, terminal)
      if (flags.json) printJson(terminal.stdout, { model: flags.model, results: await collectJson(results) })
      else await printTexts(results, flags, terminal)
    } finally {
      await translator.dispose()
    }
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
    .option('--n-best <n>', 'translations of each text, best first (default: 1)', hypothesisCount)
    .addOption(lengthPenaltyOption)
    .addOption(coveragePenaltyOption)
    .addOption(minLengthOption)
    .addOption(maxLengthOption)
    .addOption(maxSourceLengthOption)
    .addOption(batchSizeOption)
    .addOption(replaceUnknownOption)
    .addOption(banUnknownOption)
    .addOption(noRepeatNgramSizeOption)
    .addOption(temperatureOption)
    .addOption(topKOption)
    .addOption(topPOption)
    .addOption(seedOption)
    .option(
      '--attention <folder>',
      'draw what each translation attended to: SVG, PNG, and the numbers as JSON',
    )
    .addOption(onLongLineOption)
    .addOption(engineOption)
    .addOption(threadsOption)
    .addOption(precisionOption)
    .addOption(jsonOption)
    .addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive translate run --model models/en-de "Two dogs run through the snow." --attention pictures
  $ attentive translate run --model models/en-de --beam-size 10 --n-best 3 "A man sleeps."
  $ attentive translate run --model models/en-de --temperature 0.8 --top-k 20 --seed 3 "A man sleeps."
  $ attentive translate run --model models/en-de < input.en > output.de
  $ attentive translate run --model models/a --model models/b --json - < input.en`

const collect = (folder: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), folder]

const onLongLineOption = new Option(
  '--on-bad-line <action>',
  'what to do about an endless line of standard input: stop, or translate it to an empty line',
)
  .choices(['error', 'skip'] as const)
  .default('error' as const)

/** @throws InvalidArgumentError for texts together with standard input. */
function openInput(
  inputs: readonly string[],
  { onBadLine, isDrawn }: Pick<Flags, 'onBadLine'> & { isDrawn: boolean },
  { stdin, stderr }: Terminal,
): Input {
  const fromInput = inputs.length === 0 || inputs.includes('-')
  if (!fromInput) return { groups: once([...inputs]), nameOf: (number) => `text ${number}` }
  if (inputs.length > 1)
    throw new InvalidArgumentError({
      argument: 'input',
      expected: 'texts, or - for the lines of standard input',
      received: 'both',
      hint: 'Run the command twice.',
    })
  const nameOf = (number: number) => `standard input, line ${number}`
  const groups = lineGroups(stdin, {
    onWait: stdin.isTTY && stderr.isTTY ? () => stderr.write('> ') : undefined,
    onTooLong:
      onBadLine === 'skip'
        ? ({ line, reason }) => printLine(stderr, `skipped ${nameOf(line)}: ${reason}`)
        : undefined,
  })
  // What is drawn depends on the group: it shall not depend on how fast a pipe is.
  return { groups: isDrawn && !stdin.isTTY ? fullGroups(groups) : groups, nameOf }
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

async function* translateGroups(
  translator: Translator,
  { groups, nameOf }: Input,
  { attention, options }: Pick<Flags, 'attention'> & { options: TranslateOptions },
  { stderr }: Terminal,
): AsyncGenerator<Translated> {
  const warn = (message: string) => printLine(stderr, message)
  const pictures = attention === undefined ? null : new AttentionFolder(attention, warn)
  let number = 0
  for await (const texts of groups) {
    const found = await translator.translate(texts, optionsFrom(number, options))
    for (const [i, source] of texts.entries()) {
      const translations = found[i] as Translated['translations']
      const [best] = translations
      number++
      if (best.truncated) warn(truncationOf(best, nameOf(number)))
      await pictures?.add(best)
      yield { source, translations }
    }
  }
}

/** Each group draws other random numbers than those before it. */
function optionsFrom(number: number, { sampling, ...options }: TranslateOptions): TranslateOptions {
  return { ...options, sampling: sampling && { ...sampling, seed: sampling.seed + number } }
}

/** The end of the sentence is a column of the attention, and no token of the text. */
const truncationOf = ({ attention }: Translation, name: string): string =>
  `${name} is longer than ${count(attention.columns.length - 1, 'token')}: ` +
  'only its beginning was translated (see --max-source-length)'

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
      translations: translations.map(({ text, score, logProb, tokens, finished, truncated }) => ({
        text,
        score,
        logProb,
        tokens,
        finished,
        truncated,
      })),
    })
  return collected
}
