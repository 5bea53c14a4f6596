/** A row of the table of primitives: what is exported, cases of it, and how each of them is computed. */
import type * as tf from '@tensorflow/tfjs-core'
import { fromPyTorchName, Module, NdArray, Parameter } from '../../src/index.js'
import type { GoldenCase, Tensors } from '../layers/golden-case.js'

/** A case made ready: the module whose parameters count, if there is one, and a pure function of the inputs. */
export interface Computation {
  module: Module | null
  run(inputs: Tensors): Tensors
}

export interface Primitive {
  /** Names under which `ops` and `layers` export it. */
  exports: readonly string[]
  /** PyTorch's values and gradients (`tools/golden/layers.py`). */
  golden: readonly GoldenCase[]
  /** A new module, or new random numbers, each time. */
  prepare(item: Pick<GoldenCase, 'options' | 'inputs' | 'weights'>): Computation
  /** Where PyTorch has no values: what to compute it on, and why it has none. */
  example?: { inputs: Tensors; reason: string }
}

/** Inputs and weights of all cases of a row, with a title for each. */
export function casesOf({ golden, example }: Primitive) {
  const cases = [...golden, ...(example ? [{ options: {}, inputs: example.inputs, weights: {} }] : [])]
  return cases.map((item, i) => ({ ...item, title: `${i}: ${Object.values(item.options).join(', ')}` }))
}

/** A case's weights as parameters, for functions that are handed them. */
export class Weights extends Module {
  readonly #parameters: Record<string, Parameter>

  constructor(weights: Tensors) {
    super()
    const named = Object.entries(weights).map(([name, tensor]) => {
      const { shape, data } = NdArray.fromTensor(tensor)
      return [fromPyTorchName(name), new Parameter(shape, Float32Array.from(data))]
    })
    this.#parameters = Object.fromEntries(named)
    Object.assign(this, this.#parameters)
  }

  read(name: string): tf.Tensor {
    return (this.#parameters[name] as Parameter).read()
  }
}

export const sizeOf = (tensor: tf.Tensor | undefined, axis: number) => tensor?.shape.at(axis) as number
