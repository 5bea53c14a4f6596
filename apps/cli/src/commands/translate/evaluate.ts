/** `attentive translate evaluate`. */
import { writeFileAtomically } from '@attentive/core'
import { type Evaluation, formatScore, type PairedBootstrapResult, type SignedScore } from '@attentive/nlp'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { requireWritableFile } from '../../created-folders.js'
import { engineOption, jsonOption, precisionOption, threadsOption } from '../../options.js'
import { count, printJson, printLine, sentenceCounter } from '../../output.js'
import type { Invocation, Terminal } from '../../terminal.js'
import {
  baselineOption,
  compare,
  comparisonText,
  metricOption,
  metricsOf,
  readBaseline,
} from './comparison.js'
import { columnsOption, corpusFiles, formatOption, onBadLineOption, openTestSet } from './corpus.js'
import { checkStart } from './header.js'
import { loadTranslator } from './load.js'
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

type Flags = ReturnType<ReturnType<typeof evaluateCommand>['opts']>

/** What the command prints. */
interface Report {
  evaluation: Evaluation
  /** Asked for by name; null for the usual ones. */
  scores: Record<string, SignedScore> | null
  comparison: PairedBootstrapResult[]
}

export function addEvaluateCommand(translate: CommandUnknownOpts, { terminal }: Invocation): void {
  evaluateCommand(translate).action(async (flags) => {
    const report = await evaluate(flags, terminal)
    const texts = report.evaluation.translations.map(({ text }) => `${text}\n`)
    try {
      if (flags.out !== undefined) await writeFileAtomically(flags.out, texts.join(''))
    } finally {
      // Where the disk has become full meanwhile, the scores are what is left of the work.
      printReport(flags, report, terminal)
    }
  })
}

function printReport(flags: Flags, report: Report, { stdout, stderr }: Terminal): void {
  const truncated = report.evaluation.translations.filter((translation) => translation.truncated).length
  if (truncated > 0)
    printLine(
      stderr,
      `Of ${count(truncated, 'text')} only the beginning was translated (see --max-source-length)`,
    )
  if (flags.json) printJson(stdout, jsonOf(flags, report))
  else printLine(stdout, summaryOf(report))
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
    .addOption(metricOption)
    .addOption(baselineOption)
    .addOption(beamSizeOption)
    .addOption(lengthPenaltyOption)
    .addOption(coveragePenaltyOption)
    .addOption(minLengthOption)
    .addOption(maxLengthOption)
    .addOption(maxSourceLengthOption)
    .addOption(batchSizeOption)
    .addOption(replaceUnknownOption)
    .addOption(banUnknownOption)
    .addOption(noRepeatNgramSizeOption)
    .addOption(formatOption)
    .addOption(columnsOption)
    .addOption(onBadLineOption)
    .addOption(engineOption)
    .addOption(threadsOption)
    .addOption(precisionOption)
    .addOption(jsonOption)
    .addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive translate evaluate --model models/en-de --test test.en test.de
  $ attentive translate evaluate --model models/en-de --test test.tsv --beam-size 10 --out output.de
  $ attentive translate evaluate --model models/a models/b models/c --test test.en test.de --json
  $ attentive translate evaluate --model models/new --test test.en test.de --baseline old.de --metric bleu chrf++`

async function evaluate(flags: Flags, { stderr }: Terminal): Promise<Report> {
  if (flags.out !== undefined) await requireWritableFile(flags.out)
  const corpus = openTestSet(flags.test, flags, stderr)
  await checkStart(corpus, flags.test, flags, stderr)
  const baseline =
    flags.baseline === undefined ? null : await readBaseline(flags.baseline, await sizeOf(corpus))
  const translator = await loadTranslator(flags.model, flags)
  const counter = sentenceCounter(stderr)
  try {
    const options = { ...searchOptions(flags), onProgress: counter.show }
    const evaluation = await translator.evaluate(corpus, options)
    const lowercase = translator.pipelines.target.config.casing === 'lowercase'
    return { evaluation, ...scored(evaluation, flags, { baseline, lowercase }) }
  } finally {
    counter.clear()
    await translator.dispose()
  }
}

async function sizeOf(corpus: AsyncIterable<unknown>): Promise<number> {
  let size = 0
  for await (const _ of corpus) size++
  return size
}

function scored(
  { translations, references }: Evaluation,
  { metric: names }: Flags,
  { baseline, lowercase }: { baseline: string[] | null; lowercase: boolean },
): Omit<Report, 'evaluation'> {
  const system = translations.map(({ text }) => text)
  const compared = names ?? ['bleu', 'chrf', 'ter']
  const metrics = metricsOf(compared, lowercase)
  const scores = metrics.map((metric, i) => [compared[i], metric.corpusScore(system, references)])
  return {
    scores: names ? Object.fromEntries(scores) : null,
    comparison: baseline ? compare(metrics, { baseline, system, references }) : [],
  }
}

function jsonOf({ model, test, baseline }: Flags, { evaluation, scores, comparison }: Report) {
  const { perplexity, sentences, sentencesPerSecond } = evaluation
  const results = { perplexity, scores: scores ?? evaluation.scores }
  const compared = baseline === undefined ? {} : { baseline, comparison }
  return { model, test, sentences, sentencesPerSecond, ...results, ...compared }
}

function summaryOf({ evaluation, scores, comparison }: Report): string {
  const { summary, perplexity, sentences, sentencesPerSecond } = evaluation
  return [
    ...(scores ? Object.values(scores).map((score) => formatScore(score)) : [summary]),
    `perplexity = ${perplexity.toFixed(3)}`,
    ...comparison.map(comparisonText),
    `${count(sentences, 'sentence')}, ${sentencesPerSecond.toFixed(1)} a second`,
  ].join('\n')
}
