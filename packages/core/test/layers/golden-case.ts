/** Computes cases in every engine, with gradients, and compares those of `golden/layers.json` with PyTorch's. */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { findOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import {
  compile,
  type Feed,
  fromPyTorchName,
  type Module,
  NdArray,
  Parameter,
  valueAndGradients,
} from '../../src/index.js'
import { expectClose, loadGolden } from '../../src/testing/index.js'

export type Tensors = Record<string, tf.Tensor>

export interface GoldenCase {
  options: Record<string, unknown>
  inputs: Tensors
  /** By PyTorch's names. */
  weights: Tensors
  outputs: Tensors
  cotangents: Tensors
  /** Of Σ output · cotangent, by inputs and weights. */
  gradients: Tensors
}

export interface GoldenFile {
  recurrent: GoldenCase[]
  resetBefore: GoldenCase[]
  lstmCell: GoldenCase
  lstmGates: GoldenCase
  gruCell: GoldenCase
  gruCellResetBefore: GoldenCase
  attention: GoldenCase[]
  decoder: GoldenCase[]
  maskedSoftmax: GoldenCase
  pooling: GoldenCase
  crossEntropy: GoldenCase[]
  embedding: GoldenCase
  linear: GoldenCase
  gruGates: GoldenCase
  multiHeadAttention: GoldenCase[]
}

export const golden = loadGolden<GoldenFile>(new URL('../golden/layers.json', import.meta.url))

/** Eager and, where ONNX Runtime can be loaded, compiled. */
export const engines = findOnnxRuntime().runtime ? (['eager', 'onnxruntime'] as const) : (['eager'] as const)

const onHost = (tensors: Tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, NdArray.fromTensor(tensor)]))

/** Gives a module a case's weights. */
export function loadWeights(module: Module, weights: Tensors): void {
  module.loadStateDict(
    onHost(Object.fromEntries(Object.entries(weights).map(([n, t]) => [fromPyTorchName(n), t]))),
  )
}

export interface Computed {
  outputs: Record<string, NdArray>
  /** Of Σ output · cotangent, by the names of float inputs and parameters. */
  gradients: ReadonlyMap<string, NdArray>
}

/** The first run of a graph hides bugs that later ones show. */
const runs = 3

/** Several runs in one engine. @param run outputs by name. */
export async function compute(
  { inputs, cotangents }: Pick<GoldenCase, 'inputs' | 'cotangents'>,
  module: Module | null,
  run: (inputs: Tensors) => Tensors,
  engine: 'eager' | 'onnxruntime',
): Promise<Computed[]> {
  const [floats, others] = divide(inputs)
  // Inputs are differentiated by as if they were parameters.
  const sources = Object.entries(floats).map(([name, tensor]) => {
    return [name, new Parameter(tensor.shape, Float32Array.from(tensor.dataSync()))] as const
  })
  const named = [...sources, ...(module?.namedParameters() ?? [])]
  const step = compile(
    ({ others, cotangents }: { others: Tensors; cotangents: Tensors }) => {
      const { gradients, outputs } = valueAndGradients(
        named.map(([, parameter]) => parameter),
        () => {
          const inputs = { ...others, ...Object.fromEntries(sources.map(([name, p]) => [name, p.read()])) }
          const outputs = run(inputs)
          const terms = Object.entries(cotangents).map(([name, cotangent]) =>
            tf.sum(tf.mul(outputs[name] as tf.Tensor, cotangent)),
          )
          return { loss: tf.addN(terms), outputs }
        },
      )
      return { outputs, gradients: gradients.entries.map(({ tensor }) => tensor) }
    },
    { engine },
  )
  const args = { others: onHost(others), cotangents: onHost(cotangents) }
  const computed: Computed[] = []
  for (let i = 0; i < runs; i++) {
    const { outputs, gradients } = await step(args as Feed<{ others: Tensors; cotangents: Tensors }>)
    computed.push({ outputs, gradients: new Map(named.map(([name], k) => [name, gradients[k] as NdArray])) })
  }
  await step.dispose()
  return computed
}

/** @throws when an output or gradient differs from PyTorch's. */
export async function expectGolden(
  expected: GoldenCase,
  module: Module | null,
  run: (inputs: Tensors) => Tensors,
  engine: 'eager' | 'onnxruntime',
): Promise<void> {
  if (module) loadWeights(module, expected.weights)
  for (const { outputs, gradients } of await compute(expected, module, run, engine)) {
    for (const [name, output] of Object.entries(expected.outputs))
      expectClose(outputs[name] as NdArray, output, { name, absolute: 2e-6 })
    const found = new Map([...gradients].map(([name, gradient]) => [fromPyTorchName(name), gradient]))
    for (const [name, gradient] of Object.entries(expected.gradients))
      expectClose(found.get(fromPyTorchName(name)) as NdArray, gradient, { name: `gradient of ${name}` })
  }
}

function divide(tensors: Tensors): [floats: Tensors, others: Tensors] {
  const entries = Object.entries(tensors)
  return [
    Object.fromEntries(entries.filter(([, { dtype }]) => dtype === 'float32')),
    Object.fromEntries(entries.filter(([, { dtype }]) => dtype !== 'float32')),
  ]
}
