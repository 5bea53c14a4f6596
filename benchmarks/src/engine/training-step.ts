/** The whole training step of the translation model: loss, gradients, clipping by global norm, Adam. */
import { Adam, clipByGlobalNorm, compile, NdArray, Rng, valueAndGradients } from '@attentive/core'
import { chooseBackend } from '../harness/eager.js'
import type { CaseOptions } from '../harness/protocol.js'
import type { PreparedCase } from '../worker.js'
import { type TranslationBatch, TranslationModel, type TranslationSizes } from './translation-model.js'

interface StepOptions extends TranslationSizes {
  batch: number
  sourceTime: number
  targetTime: number
}

function randomWords(shape: readonly [number, number], vocabularySize: number, rng: Rng): NdArray {
  const [rows, columns] = shape
  return new NdArray(
    Int32Array.from({ length: rows * columns }, () => rng.nextInt(vocabularySize)),
    shape,
  )
}

function ones(shape: readonly [number, number]): NdArray {
  return new NdArray(new Float32Array(shape[0] * shape[1]).fill(1), shape)
}

export async function prepare(options: CaseOptions, threads: number): Promise<PreparedCase> {
  const { batch, sourceTime, targetTime, ...sizes } = options as unknown as StepOptions
  const { engine, title } = await chooseBackend(options)
  const rng = new Rng(1)
  const model = new TranslationModel(sizes, rng)
  const optimizer = new Adam(model)
  const step = compile(
    (words: TranslationBatch) => {
      const { loss, gradients } = valueAndGradients(model, () => model.loss(words))
      optimizer.apply(clipByGlobalNorm(gradients, 1))
      return { loss }
    },
    { engine, threads },
  )
  const source = [batch, sourceTime] as const
  const target = [batch, targetTime] as const
  const words = {
    source: randomWords(source, sizes.vocabularySize, rng),
    sourceMask: ones(source),
    inputs: randomWords(target, sizes.vocabularySize, rng),
    targets: randomWords(target, sizes.vocabularySize, rng),
    targetMask: ones(target),
  }
  return { title, run: async () => (await step(words)).loss.item() }
}
