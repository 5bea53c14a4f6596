/** Trains and translates a thousand times in a process of its own, and tells what it holds before and after. */
import * as tf from '@tensorflow/tfjs-core'
import { Translator } from '../../src/index.js'
import { killedRun } from './killed-run.js'

/** Tensors, and MiB resident once garbage is gone. */
function held() {
  globalThis.gc?.()
  return { tensors: tf.memory().numTensors, resident: process.memoryUsage.rss() / 2 ** 20 }
}
type Held = ReturnType<typeof held>

const steps = { warm: 400, end: 1400 }
const calls = { warm: 200, end: 1200 }

/** What is held when the steps have warmed up, and a thousand steps later. */
async function train(): Promise<{ translator: Translator; training: Held[] }> {
  const training: Held[] = []
  const translator = await Translator.train({
    ...killedRun,
    validation: undefined,
    training: { ...killedRun.training, epochs: Math.ceil(steps.end / 3) },
    engine: 'onnxruntime',
    threads: 1,
    onProgress({ step }) {
      if (step === steps.warm || step === steps.end) training.push(held())
    },
  })
  return { translator, training }
}

const words = ['one', 'two', 'three', 'four', 'five', 'six', 'Ω']
/** From an empty text to one of 17 words, among them one that is unknown; every length in a few sets of words. */
const textOf = (call: number) => Array.from({ length: call % 18 }, (_, i) => words[(call + i) % 7]).join(' ')

async function translate(translator: Translator): Promise<Held[]> {
  const translating: Held[] = []
  for (let call = 1; call <= calls.end; call++) {
    // Now and then several at once, several best ones, and drawn ones: other shapes, and other ways through a search.
    const texts = call % 5 === 0 ? [textOf(call), textOf(call + 7)] : [textOf(call)]
    const sampling = call % 11 === 0 ? { seed: call } : undefined
    await translator.translate(texts, { nBest: 1 + (call % 3), maxLength: 20, sampling })
    if (call === calls.warm || call === calls.end) translating.push(held())
  }
  return translating
}

const { translator, training } = await train()
const translating = await translate(translator)
await translator.dispose()
process.stdout.write(JSON.stringify({ training, translating }))
