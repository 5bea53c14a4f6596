/** A model whose states are tensors, searched in every way, to the end and into an error: no tensor is left behind. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  beamSearch,
  type DecodingInput,
  EnsembleStepModel,
  greedySearch,
  Rng,
  type StepModel,
  type StepRequest,
  type StepResult,
  sample,
} from '../../src/index.js'
import { expectNoLeak } from '../../src/testing/index.js'
import { PrefixModel, type PrefixState } from './models.js'

/** The model of the other tests; its states `[B, K]` are tensors that it disposes of when it is told to. */
class TensorModel implements StepModel<tf.Tensor> {
  private readonly inner: PrefixModel
  private steps = 0

  /** @param failsAt the step that throws. */
  constructor(
    seed: number,
    private readonly failsAt = Number.POSITIVE_INFINITY,
  ) {
    this.inner = new PrefixModel({ vocabularySize: 6, attention: 4, seed })
  }

  get vocabularySize(): number {
    return this.inner.vocabularySize
  }

  start(sentences: readonly number[]): DecodingInput<tf.Tensor> {
    const { state, ...rest } = this.inner.start(sentences)
    return { ...rest, state: tensorOf(state), sourceLengths: sentences.map(() => 4) }
  }

  async step(request: StepRequest<tf.Tensor>): Promise<StepResult<tf.Tensor>> {
    if (++this.steps === this.failsAt) throw new Error('no power')
    const { state, ...rest } = await this.inner.step({ ...request, state: hashesOf(request.state) })
    request.state.dispose()
    return { ...rest, state: tensorOf(state) }
  }

  keep(state: tf.Tensor, sentences: Int32Array): tf.Tensor {
    const kept = tensorOf(this.inner.keep(hashesOf(state), sentences))
    state.dispose()
    return kept
  }

  release(state: tf.Tensor): void {
    state.dispose()
  }
}

const tensorOf = ({ hashes, beams }: PrefixState) =>
  tf.tensor(hashes, [hashes.length / beams, beams], 'int32')
const hashesOf = (state: tf.Tensor): PrefixState => ({
  hashes: Int32Array.from(state.dataSync()),
  beams: state.shape[1] as number,
})

const ends = { beginToken: 0, endToken: 1, maxLength: 9 }
const sentences = [3, 1, 4, 1, 5]

type Search = (model: StepModel<unknown>, input: DecodingInput<unknown>) => Promise<unknown>
const searches: Record<string, Search> = {
  'greedy search': (model, input) => greedySearch(model, input, ends),
  'beam search': (model, input) =>
    beamSearch(model, input, { ...ends, beamSize: 3, nBest: 2, coveragePenalty: 0.2 }),
  sampling: (model, input) => sample(model, input, { ...ends, rng: new Rng(1), numSamples: 3, topK: 4 }),
}

const models: Record<
  string,
  (failsAt?: number) => { model: StepModel<unknown>; input: DecodingInput<unknown> }
> = {
  'one model': (failsAt) => {
    const model = new TensorModel(1, failsAt)
    return { model: model as StepModel<unknown>, input: model.start(sentences) }
  },
  'an ensemble': (failsAt) => {
    // The first has made its step when the second fails.
    const members = [new TensorModel(1), new TensorModel(2, failsAt)]
    const inputs = members.map((member) => member.start(sentences))
    const state = inputs.map((input) => input.state)
    return {
      model: new EnsembleStepModel(members) as StepModel<unknown>,
      input: { batchSize: sentences.length, sourceLengths: sentences.map(() => 4), state },
    }
  },
}

describe.each(Object.entries(searches))('%s', (_, search) => {
  it.each(Object.entries(models))('of %s leaves no tensors behind', async (_, make) => {
    await expectNoLeak(async () => {
      const { model, input } = make()
      await search(model, input)
    })
  })

  it.each(Object.entries(models))('of %s leaves none when a step fails', async (_, make) => {
    for (const failsAt of [1, 2])
      await expectNoLeak(async () => {
        const { model, input } = make(failsAt)
        await expect(search(model, input)).rejects.toThrow('no power')
      })
  })
})
