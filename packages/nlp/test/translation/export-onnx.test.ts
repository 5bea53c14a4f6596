/** A greedy translator on the exported files alone, as one would write it elsewhere, says what `translate` says. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOnnxRuntime, InvalidArgumentError, NdArray } from '@attentive/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginId, endId, type ModelConfig, TextPipeline, Translator } from '../../src/index.js'
import { tinyOptions, tinyValidation } from './tiny-training.js'

const { runtime } = findOnnxRuntime()
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-export-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Arrays = Record<string, NdArray>

/** Runs one of the exported files. */
async function open(name: string, outputs: string[]) {
  const { InferenceSession, Tensor } = runtime as NonNullable<typeof runtime>
  const session = await InferenceSession.create(await readFile(join(folder, name)), {
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'basic',
    enableMemPattern: false,
    logSeverityLevel: 3,
  })
  return async (feeds: Arrays): Promise<Arrays> => {
    const tensors = Object.entries(feeds).map(([key, { dtype, data, shape }]) => [
      key,
      new Tensor(dtype, data, shape),
    ])
    const results = await session.run(
      Object.fromEntries(tensors),
      Object.fromEntries(outputs.map((key) => [key, null])),
    )
    return Object.fromEntries(
      Object.entries(results).map(([key, { data, dims }]) => [key, new NdArray(data, dims)]),
    )
  }
}

const row = (ids: number[]) => new NdArray(Int32Array.from(ids), [1, ids.length])

describe.skipIf(!runtime)('the files of an exported translator', () => {
  it.each<ModelConfig>([
    { decoder: 'bahdanau', attention: 'additive' },
    { decoder: 'luong', attention: 'general' },
  ])('translate as it does: %o', async (model) => {
    const translator = await Translator.train({
      ...tinyOptions,
      model: { embeddingSize: 6, hiddenSize: 8, ...model },
      seed: 3,
    })
    const { encoder, step } = await translator.exportOnnx(folder)
    const states = step.outputs.map(({ name }) => name).filter((name) => name.endsWith('_out'))
    const encode = await open(
      'encoder.onnx',
      encoder.outputs.map(({ name }) => name),
    )
    const advance = await open(
      'step.onnx',
      step.outputs.map(({ name }) => name),
    )
    const source = TextPipeline.fromJSON(JSON.parse(await readFile(join(folder, 'source.json'), 'utf8')))
    const target = TextPipeline.fromJSON(JSON.parse(await readFile(join(folder, 'target.json'), 'utf8')))
    for (const { source: text } of tinyValidation.slice(0, 4)) {
      const ids = [...source.encode(text).ids, endId]
      const mask = new NdArray(new Float32Array(ids.length).fill(1), [1, ids.length])
      let state = await encode({ source: row(ids), sourceMask: mask })
      const written = [beginId]
      while (written.at(-1) !== endId && written.length <= 8) {
        const tokens = row([written.at(-1) as number])
        const outputs = await advance({ ...state, mask, tokens, parents: row([0]) })
        for (const name of states) state = { ...state, [name.replace('_out', '')]: outputs[name] as NdArray }
        const scores = [...(outputs.logProbs as NdArray).data].map((score, id) =>
          id === beginId || id === 0 ? Number.NEGATIVE_INFINITY : score,
        )
        written.push(scores.indexOf(Math.max(...scores)))
      }
      const [best] = await translator.translate(text, { beamSize: 1, maxLength: 8 })
      expect(target.decode(written.slice(1))).toBe(best.text)
    }
  })

  it('are written for one network only', async () => {
    const member = () => Translator.train({ ...tinyOptions, seed: 3 })
    const ensemble = Translator.ensemble([await member(), await member()])
    await expect(ensemble.exportOnnx(folder)).rejects.toThrow(InvalidArgumentError)
    await expect(ensemble.exportOnnx(folder)).rejects.toThrow(/an ensemble of 2\. Export each member/)
  })
})
