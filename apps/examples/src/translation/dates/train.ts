/**
 * Trains a translator of dates until it is right, and saves it:
 *
 *     npx tsx apps/examples/src/translation/dates/train.ts [--out runs/dates] [--dates N] [--epochs N] [--seed N]
 *
 *     step 200 · epoch 1/3 · loss 0.735 · bleu 77.30 · exactMatch 66.54 · perplexity 1.17 · 12 s
 *     …
 *     Saved in runs/dates: 99.6 % of the dates for validation are right after 500 steps.
 */
import { abortOnInterrupt, progressDisplay, type TrainingProgress } from '@attentive/core'
import { Translator } from '@attentive/nlp'
import { isMain } from '../../is-main.js'
import { parseOptions } from '../../options.js'
import { run } from '../../run.js'
import { type DateCorpus, dateCorpus } from './data.js'

/** Dates of a test, in percent, that a good translator gets exactly right. */
export const goal = 98

/**
 * Training ends when this is true of the dates for validation: so much more than the goal that the chance in which
 * dates are among them does not decide about the test.
 */
const enough = 99

export interface DateTrainingOptions {
  /** Most passes over the dates; most translators need less than one. */
  epochs: number
  seed: number
  /** Aborted: stop now. */
  signal?: AbortSignal
  onProgress?(progress: TrainingProgress): void
}

/** A translator that reads and writes characters; its `trainResult` tells whether it has come far enough. */
export function trainDates(
  { training, validation }: DateCorpus,
  { epochs, seed, signal, onProgress }: DateTrainingOptions,
): Promise<Translator> {
  const reached = new AbortController()
  return Translator.train({
    train: training,
    validation,
    text: { tokenizer: { type: 'character' }, normalize: { form: 'NFKC' }, casing: 'lowercase' },
    model: { embeddingSize: 48, hiddenSize: 96, dropout: { embedding: 0, encoder: 0, output: 0.1 } },
    training: {
      batchSize: 32,
      epochs,
      optimizer: { type: 'adam', learningRate: 4e-3 },
      labelSmoothing: 0,
      // Averaged weights are good at any time: no schedule has to know when the end will be.
      averageDecay: 0.98,
      validateEvery: 100,
      metric: 'exactMatch',
      patience: 0,
    },
    seed,
    signal: AbortSignal.any([reached.signal, ...(signal ? [signal] : [])]),
    onProgress(progress) {
      onProgress?.(progress)
      if ((progress.best ?? 0) >= enough) reached.abort()
    },
  })
}

/** Trains with a progress bar; Ctrl-C ends it, and then the result is null. */
export async function trainDatesVisibly(
  corpus: DateCorpus,
  options: { epochs: number; seed: number },
): Promise<Translator | null> {
  const display = progressDisplay()
  const { signal, release } = abortOnInterrupt()
  try {
    const { onProgress } = display
    const translator = await trainDates(corpus, { ...options, signal, onProgress })
    if (!signal.aborted) return translator
    await translator.dispose()
    return null
  } finally {
    display.stop()
    release()
  }
}

export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, { out: 'runs/dates' })
  const translator = await trainDatesVisibly(dateCorpus(options), options)
  if (!translator) return interrupted()
  const { best, steps } = translator.trainResult ?? {}
  await translator.save(options.out)
  await translator.dispose()
  console.log(
    `Saved in ${options.out}: ${best?.score.toFixed(1)} % of the dates for validation are right after ${steps} steps.`,
  )
  return 0
}

/** What Ctrl-C means for the exit code: 128 + the number of SIGINT. */
export function interrupted(): number {
  console.error('Interrupted.')
  return 130
}

if (isMain(import.meta.url)) await run(main)
