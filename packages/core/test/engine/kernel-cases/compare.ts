/** Runs a table of kernel cases: compiled against eager, values and gradients, three runs each. */
import '../../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type Compiled, compile } from '../../../src/engine/compile.js'
import { NdArray, sizeOf } from '../../../src/engine/nd-array.js'
import { flattenTree } from '../../../src/engine/tree.js'
import { expectClose } from '../../../src/testing/close-to.js'
import { type ExtremeCalls, extremeCalls } from './extreme-calls.js'
import type { KernelCall, KernelCase, KernelCases } from './kernel-case.js'

type Tensors = Record<string, tf.Tensor>

interface Call {
  inputs: Tensors | tf.Tensor[]
  attrs: Record<string, unknown>
}

interface Results {
  outputs: tf.Tensor[]
  gradients: Tensors
}

/** The first run of a graph hides bugs that later ones show. */
const runsOfEachGraph = 3

const isFloat = ({ dtype }: { dtype: string }) => dtype === 'float32'

function runKernel(kernel: string, { inputs, attrs }: Call): tf.Tensor[] {
  return [
    tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attrs as unknown as tf.NamedAttrMap),
  ].flat()
}

/** Numbers without a pattern, so that exchanged entries show. */
function weightsFor({ shape }: tf.Tensor, k: number): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.cos(3 * i + k) + 0.25),
    shape,
  )
}

/** Gradients of Σ weights · outputs by every float input that has one. */
function gradientsOf(kernel: string, call: Call): Tensors {
  const floats = Object.entries(call.inputs).filter(([, tensor]) => isFloat(tensor))
  const weighted = () => {
    const terms = runKernel(kernel, call)
      .filter(isFloat)
      .map((output, k) => tf.sum(tf.mul(output, weightsFor(output, k))))
    return (terms.length > 0 ? tf.addN(terms) : tf.scalar(0)) as tf.Scalar
  }
  const tensors = floats.map(([, tensor]) => tensor)
  const { grads } = tf.engine().gradients(weighted, tensors, undefined, true)
  return Object.fromEntries(
    floats.flatMap(([name], i): [string, tf.Tensor][] => (grads[i] ? [[name, grads[i]]] : [])),
  )
}

function kernelFunction(kernel: string, withGradient: boolean): (call: Call) => Results {
  return (call) => ({
    outputs: runKernel(kernel, call),
    gradients:
      withGradient && Object.values(call.inputs).some(isFloat) && runKernel(kernel, call).some(isFloat)
        ? gradientsOf(kernel, call)
        : {},
  })
}

/** Equal, with not-a-number equal to itself. */
function expectSame(actual: NdArray, expected: NdArray, tolerance: number, name: string): void {
  const mapped = ({ data, shape }: NdArray, f: (value: number) => number) =>
    new NdArray(Float32Array.from(data, f), shape)
  const nans = (value: number) => Number(Number.isNaN(value))
  const others = (value: number) => (Number.isNaN(value) ? 0 : value)
  expectClose(mapped(actual, nans), mapped(expected, nans), { name: `${name}, where it is NaN,` })
  const limits = { absolute: tolerance, relative: tolerance }
  expectClose(mapped(actual, others), mapped(expected, others), { ...limits, name })
}

function expectSameResults(actual: unknown, expected: unknown, tolerance: number, run: number): void {
  const found = new Map(flattenTree<NdArray>(actual).map(({ path, leaf }) => [path, leaf]))
  const wanted = flattenTree<NdArray>(expected)
  for (const { path, leaf } of wanted) {
    const result = found.get(path)
    if (result?.dtype !== leaf.dtype)
      throw new Error(`${path}: expected ${leaf.dtype}, received ${result?.dtype}`)
    expectSame(result, leaf, tolerance, `${path} (run ${run})`)
  }
  if (found.size !== wanted.length)
    throw new Error(`expected ${wanted.length} results, received ${[...found.keys()]}`)
}

async function compareCall(name: string, { inputs, attrs = {} }: KernelCall, options: KernelCase) {
  const { kernel = name, tolerance = 1e-5, withoutGradient } = options
  const call = { inputs, attrs }
  const fn = kernelFunction(kernel, !withoutGradient && tf.getGradient(kernel) !== undefined)
  const eager = compile(fn, { engine: 'eager' }) as unknown as Compiled<typeof call, Results>
  const compiled = compile(fn, { engine: 'onnxruntime', threads: 1 }) as unknown as typeof eager
  const expected = await eager(call)
  for (let run = 1; run <= runsOfEachGraph; run++)
    expectSameResults(await compiled(call), expected, tolerance, run)
  await compiled.dispose()
}

/** Draws among which calls with tensors that small are looked for; a case's drawn runs are too few to have them. */
const draws = 600

const sizesOf = ({ inputs }: KernelCall) => Object.values(inputs).map(({ shape }) => sizeOf(shape))

/** A call with an empty tensor, and one with nothing but tensors of one element; where there is none, the reason. */
export function extremesOf(name: string, { draw }: KernelCase): ExtremeCalls {
  const calls = fc.sample(draw, { numRuns: draws, seed: 1 }).filter((call) => sizesOf(call).length > 0)
  const { empty, single } = extremeCalls[name] ?? {}
  return {
    empty: empty ?? calls.find((call) => sizesOf(call).includes(0)),
    single: single ?? calls.find((call) => sizesOf(call).every((size) => size === 1)),
  }
}

/** One test a kernel. @param runs of each, where a case does not say otherwise. */
export function describeKernels(family: string, cases: KernelCases, runs = 8): void {
  describe(`kernels: ${family}, compiled and eager`, () => {
    for (const [name, options] of Object.entries(cases))
      it(name, async () => {
        for (const call of Object.values(extremesOf(name, options)))
          if (typeof call === 'object') await compareCall(name, call, options)
        await fc.assert(
          fc.asyncProperty(options.draw, (call) => compareCall(name, call, options)),
          { numRuns: options.runs ?? runs, seed: 1, interruptAfterTimeLimit: 20_000 },
        )
      })
  })
}
