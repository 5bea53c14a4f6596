/** `attentive translate evaluate`. */
import { writeFileAtomically } from '@attentive/core'
import type { Evaluation } from '@attentive/nlp'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { engineOption, jsonOption, threadsOption } from '../../options.js'
import { count, printJson, printLine, sentenceCounter } from '../../output.js'
import type { Invocation, Terminal } from '../../terminal.js'
import { columnsOption, corpusFiles, formatOption, onBadLineOption, openTestSet } from './corpus.js'
import { loadTranslator } from './load.js'
import {
  batchSizeOption,
  beamSizeOption,
  coveragePenaltyOption,
  lengthPenaltyOption,
  maxLengthOption,
  maxSourceLengthOption,
  replaceUnknownOption,
  searchOptions,
} from './search-options.js'

type Flags = ReturnType<ReturnType<typeof evaluateCommand>['opts']>

export function addEvaluateCommand(translate: CommandUnknownOpts, { terminal }: Invocation): void {
  evaluateCommand(translate).action(async (flags) => {
    const evaluation = await evaluate(flags, terminal)
    if (flags.out !== undefined)
      await writeFileAtomically(flags.out, evaluation.translations.map(({ text }) => `${text}\n`).join(''))
    const truncated = evaluation.translations.filter((translation) => translation.truncated).length
    if (truncated > 0)
      printLine(
        terminal.stderr,
        `Of ${count(truncated, 'text')} only the beginning was translated (see --max-source-length)`,
      )
    if (flags.json) printJson(terminal.stdout, jsonOf(flags, evaluation))
    else printLine(terminal.stdout, summaryOf(evaluation))
  })
}

function evaluateCommand(translate: CommandUnknownOpts) {
  return translate
    .command('evaluate')
    .description('Translates a test set and compares with its references: BLEU, chrF, TER, perplexity.')
    .requiredOption('--model <folder...>', 'a trained model; several decode as one (an ensemble)')
    .requiredOption(
      '--test <file...>',
      'two files with corresponding lines, or one TSV, CSV or JSONL file; plain or gzip',
      corpusFiles,
    )
    .option('--out <file>', 'write the translations to it, one for each line of the test set')
    .addOption(beamSizeOption)
    .addOption(lengthPenaltyOption)
    .addOption(coveragePenaltyOption)
    .addOption(maxLengthOption)
    .addOption(maxSourceLengthOption)
    .addOption(batchSizeOption)
    .addOption(replaceUnknownOption)
    .addOption(formatOption)
    .addOption(columnsOption)
    .addOption(onBadLineOption)
    .addOption(engineOption)
    .addOption(threadsOption)
    .addOption(jsonOption)
    .addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive translate evaluate --model models/en-de --test test.en test.de
  $ attentive translate evaluate --model models/en-de --test test.tsv --beam-size 10 --out output.de
  $ attentive translate evaluate --model models/a models/b models/c --test test.en test.de --json`

async function evaluate(flags: Flags, { stderr }: Terminal): Promise<Evaluation> {
  const corpus = openTestSet(flags.test, flags, stderr)
  const translator = await loadTranslator(flags.model, flags)
  const counter = sentenceCounter(stderr)
  try {
    return await translator.evaluate(corpus, { ...searchOptions(flags), onProgress: counter.show })
  } finally {
    counter.clear()
    await translator.dispose()
  }
}

function jsonOf({ model, test }: Flags, { scores, perplexity, sentences, sentencesPerSecond }: Evaluation) {
  return { model, test, sentences, sentencesPerSecond, perplexity, scores }
}

function summaryOf({ summary, perplexity, sentences, sentencesPerSecond }: Evaluation): string {
  return [
    summary,
    `perplexity = ${perplexity.toFixed(3)}`,
    `${count(sentences, 'sentence')}, ${sentencesPerSecond.toFixed(1)} a second`,
  ].join('\n')
}
