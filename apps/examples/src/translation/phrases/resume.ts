/**
 * A run that is interrupted and resumed ends with exactly the weights of one that is not:
 *
 *     npx tsx apps/examples/src/translation/phrases/resume.ts
 *
 *     Stopped by interrupt after 10 steps.
 *     Resumed from step 10, done after 88 steps.
 *     The same weights as without interruption: true
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type TrainTranslatorOptions, Translator } from '@attentive/nlp'
import { phrasePairs } from './data.js'
import { small } from './settings.js'

const output = await mkdtemp(join(tmpdir(), 'attentive-resume-'))
const options: TrainTranslatorOptions = {
  ...small,
  train: phrasePairs('de').training,
  training: { ...small.training, epochs: 2 },
}

// Aborting the signal is what Ctrl-C does: see `abortOnInterrupt`. Power cuts cost the steps since the last save.
const interrupt = new AbortController()
const first = await Translator.train({
  ...options,
  output,
  signal: interrupt.signal,
  onProgress: ({ step }) => step === 10 && interrupt.abort(),
})
console.log(`Stopped by ${first.trainResult?.stoppedBy} after ${first.trainResult?.steps} steps.`)

const second = await Translator.train({ ...options, output, resume: true })
console.log(
  `Resumed from step ${second.trainResult?.resumedFrom}, done after ${second.trainResult?.steps} steps.`,
)

const whole = await Translator.train(options)
const weights = (translator: Translator) => translator.models.map((model) => model.stateDict())
console.log(`The same weights as without interruption: ${isDeepStrictEqual(weights(second), weights(whole))}`)

for (const translator of [first, second, whole]) await translator.dispose()
await rm(output, { recursive: true })
