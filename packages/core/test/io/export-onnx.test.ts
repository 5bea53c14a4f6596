/** Exported models run to the numbers of the function: in onnxruntime-node here, in Python where it has the packages. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flattenTree } from '../../src/engine/tree.js'
import {
  Adam,
  compile,
  dropout,
  exportOnnx,
  findOnnxRuntime,
  InvalidArgumentError,
  Lstm,
  NdArray,
  Parameter,
  Rng,
  TraceError,
  UnsupportedOperationError,
  valueAndGradients,
} from '../../src/index.js'
import { expectClose, expectNoLeak } from '../../src/testing/index.js'
import { array, expectSameTree, integers } from '../engine/helpers.js'
import { type ExportedFunction, exportedFunctions, runSizes } from './exported-functions.js'

type Feeds = Record<string, NdArray>

const script = fileURLToPath(new URL('../../../../tools/golden/run_onnx.py', import.meta.url))
const python = [process.env.ATTENTIVE_PYTHON, 'python', 'python3'].find(
  (command) => command && spawnSync(command, ['-c', 'import onnx, onnxruntime']).status === 0,
)
const { runtime } = findOnnxRuntime()
const sessionOptions = {
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'basic',
  enableMemPattern: false,
  logSeverityLevel: 3,
} as const

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-onnx-'))
  path = join(folder, 'model.onnx')
})
afterAll(() => rm(folder, { recursive: true }))

function exportFunction({ fn, axes, args }: ExportedFunction) {
  return exportOnnx(fn, { path, example: args(...runSizes[0]) as never, axes })
}

/** The function's own results, by name: what an input is called already has `_out` behind it. */
async function expectedOutputs({ fn }: ExportedFunction, feeds: Feeds): Promise<[string, NdArray][]> {
  const result = await compile(fn, { engine: 'eager' })(feeds as never)
  return flattenTree<NdArray>(result).map(({ path, leaf }) => {
    const name = path || 'output'
    return [name in feeds ? `${name}_out` : name, leaf]
  })
}

async function expectOutputs(outputs: Feeds, exported: ExportedFunction, feeds: Feeds): Promise<void> {
  const expected = await expectedOutputs(exported, feeds)
  expect(Object.keys(outputs)).toEqual(expected.map(([name]) => name))
  for (const [name, leaf] of expected)
    expectClose(outputs[name] as NdArray, leaf, { absolute: 1e-5, relative: 1e-4, name })
}

describe.skipIf(!runtime)('an exported function', () => {
  for (const [name, exported] of Object.entries(exportedFunctions))
    it(`runs by itself, for every size that was left open: ${name}`, async () => {
      await exportFunction(exported)
      const session = await (runtime as NonNullable<typeof runtime>).InferenceSession.create(
        await readFile(path),
        sessionOptions,
      )
      for (const [B, T] of runSizes) {
        const feeds = exported.args(B, T)
        const tensors = Object.entries(feeds).map(([key, { dtype, data, shape }]) => [
          key,
          new (runtime as NonNullable<typeof runtime>).Tensor(dtype, data, shape),
        ])
        const fetches = Object.fromEntries(
          (await expectedOutputs(exported, feeds)).map(([key]) => [key, null]),
        )
        const results = await session.run(Object.fromEntries(tensors), fetches)
        const outputs = Object.entries(results).map(([key, { data, dims }]) => [
          key,
          new NdArray(data as Float32Array, dims),
        ])
        await expectOutputs(Object.fromEntries(outputs), exported, feeds)
      }
      await session.release?.()
    })
})

describe.skipIf(!python)(
  'in Python (needs a Python with onnx and onnxruntime; ATTENTIVE_PYTHON names it)',
  () => {
    for (const [name, exported] of Object.entries(exportedFunctions))
      it(`the checker accepts, and onnxruntime runs to the same numbers: ${name}`, async () => {
        await exportFunction(exported)
        const runs = runSizes.map(([B, T]) => exported.args(B, T))
        const plain = ({ dtype, shape, data }: NdArray) => ({ dtype, shape, data: [...data] })
        const request = {
          model: path,
          runs: runs.map((feeds) => Object.fromEntries(Object.entries(feeds).map(([k, v]) => [k, plain(v)]))),
        }
        const { stdout, stderr } = spawnSync(python as string, [script], {
          input: JSON.stringify(request),
          encoding: 'utf8',
          maxBuffer: 2 ** 26,
        })
        expect(stderr).not.toContain('Error')
        const answer = JSON.parse(stdout) as {
          domains: string[]
          runs: Record<string, { shape: number[]; data: number[] }>[]
        }
        expect(answer.domains).toEqual([''])
        for (const [i, outputs] of answer.runs.entries()) {
          const arrays = Object.entries(outputs).map(([key, { shape, data }]) => [key, array(data, shape)])
          await expectOutputs(Object.fromEntries(arrays), exported, runs[i] as Feeds)
        }
      })
  },
)

describe('exportOnnx', () => {
  const x = () => array([1, 2, 3, 4, 5, 6], [2, 3])
  const weight = new Parameter([3], Float32Array.of(1, 2, 3))

  it('names inputs and outputs, with their open sizes', async () => {
    const lstm = new Lstm({ inputSize: 3, hiddenSize: 4, rng: new Rng(1) })
    const state = { h: NdArray.zeros([2, 4]), c: NdArray.zeros([2, 4]) }
    const ports = await exportOnnx(
      ({
        x,
        state,
        length: _,
      }: {
        x: tf.Tensor
        state: { h: tf.Tensor; c: tf.Tensor }
        length: tf.Tensor
      }) => {
        const { outputs, finalStates } = lstm.forward(x, { initialStates: [state] })
        return { outputs, state: finalStates[0], doubled: tf.concat([x, x], 1) }
      },
      {
        path,
        example: { x: NdArray.zeros([2, 5, 3]), state, length: integers([5]) },
        axes: { x: ['batch', 'time', null], 'state.h': ['batch', null], 'state.c': ['batch', null] },
      },
    )
    expect(ports).toEqual({
      inputs: [
        { name: 'x', dtype: 'float32', shape: ['batch', 'time', 3] },
        { name: 'state.h', dtype: 'float32', shape: ['batch', 4] },
        { name: 'state.c', dtype: 'float32', shape: ['batch', 4] },
        { name: 'length', dtype: 'int32', shape: [1] },
      ],
      outputs: [
        { name: 'outputs', dtype: 'float32', shape: ['batch', 'time', 4] },
        { name: 'state.h_out', dtype: 'float32', shape: ['batch', 4] },
        { name: 'state.c_out', dtype: 'float32', shape: ['batch', 4] },
        { name: 'doubled', dtype: 'float32', shape: ['batch', '2*time', 3] },
      ],
    })
  })

  it('takes bare tensors, and keeps what parameters and captured tensors are now', async () => {
    const captured = tf.tensor1d([10, 20, 30])
    const fn = (input: tf.Tensor) => tf.add(tf.mul(input, weight.read()), captured)
    const before = await readExported(fn, x())
    weight.assign(Float32Array.of(9, 9, 9))
    captured.dispose()
    expect(before.names).toEqual(['input', 'output'])
    if (runtime) expect([...(await before.run()).data]).toEqual([11, 24, 39, 14, 30, 48])
  })

  it('uses no operators of a vendor', async () => {
    const product = ({ a, b }: Record<'a' | 'b', tf.Tensor>) => tf.matMul(a, b, false, true)
    await exportOnnx(product, { path, example: { a: NdArray.zeros([2, 3, 4]), b: NdArray.zeros([2, 5, 4]) } })
    expect(await readFile(path, 'latin1')).not.toContain('microsoft')
  })

  it('leaves nothing behind: no tensors, no graph of a former trace', async () => {
    const fn = (input: tf.Tensor) => tf.tanh(tf.mul(input, weight.read()))
    await expectNoLeak(async () => void (await exportOnnx(fn, { path, example: x() })))
    const first = await readFile(path)
    await exportOnnx(fn, { path, example: x() })
    expect((await readFile(path)).length).toBe(first.length)
  })

  it.each<[string, (x: tf.Tensor) => unknown, new (...details: never[]) => Error, RegExp]>([
    [
      'randomness',
      (x) => dropout(x, { rate: 0.5, rng: new Rng(1) }),
      TraceError,
      /a function of its arguments alone, received a random number\. Switch dropout off/,
    ],
    ['a step of an optimiser', () => trainingStep(), TraceError, /Export the forward pass only/],
    ['an assigned variable', (x) => variable.assign(tf.sum(x)), TraceError, /an assigned variable/],
    [
      'values that are looked at',
      (x) => (x.dataSync()[0] ? x : tf.neg(x)),
      TraceError,
      /export-onnx\.test\.ts/,
    ],
    [
      'an operation without a form',
      (x) => tf.unique(tf.reshape(x, [-1])).values,
      UnsupportedOperationError,
      /received Unique/,
    ],
    ['no result', () => ({}), InvalidArgumentError, /a function that returns tensors/],
    [
      'a size that is not open',
      (x) => tf.slice(x, [0, 0], [(x.shape[0] as number) - 1, 3]),
      TraceError,
      /size/,
    ],
  ])('refuses %s, and leaves the old file', async (_, fn, type, message) => {
    await writeFile(path, 'old')
    const exporting = () => exportOnnx(fn, { path, example: x(), axes: { '': ['B', null] } })
    await expect(exporting()).rejects.toThrow(message)
    await expect(exporting()).rejects.toThrow(type)
    expect(await readFile(path, 'utf8')).toBe('old')
  })

  const variable = tf.variable(tf.scalar(0))
  const optimizer = new Adam([weight])
  function trainingStep() {
    const { loss, gradients } = valueAndGradients([weight], () => tf.sum(weight.read()) as tf.Scalar)
    optimizer.apply(gradients)
    return loss
  }

  it('names axes that belong to no argument', async () => {
    const exporting = exportOnnx((x: tf.Tensor) => tf.neg(x), { path, example: x(), axes: { y: ['B'] } })
    await expect(exporting).rejects.toThrow(InvalidArgumentError)
  })

  async function readExported(fn: (input: tf.Tensor) => tf.Tensor, input: NdArray) {
    const { inputs, outputs } = await exportOnnx(fn, { path, example: input })
    const bytes = await readFile(path)
    return {
      names: [...inputs, ...outputs].map(({ name }) => name),
      run: async () => {
        const { InferenceSession, Tensor } = runtime as NonNullable<typeof runtime>
        const session = await InferenceSession.create(bytes, sessionOptions)
        const { output } = await session.run(
          { input: new Tensor('float32', input.data, input.shape) },
          { output: null },
        )
        return output as { data: Float32Array }
      },
    }
  }
})

describe('names that look like those inside a graph', () => {
  it('mean the arguments', async () => {
    const names = Array.from({ length: 400 }, (_, i) => `v${i}`)
    const args = Object.fromEntries(names.map((name, i) => [name, array([i])]))
    const fn = (inputs: Record<string, tf.Tensor>) => ({
      sum: tf.addN(Object.values(inputs).map((x) => tf.square(x))),
    })
    const eager = await compile(fn, { engine: 'eager' })(args)
    expectSameTree(await compile(fn)(args), eager, 1)
  })
})
