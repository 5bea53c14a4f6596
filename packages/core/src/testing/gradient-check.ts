/** Analytic gradients against finite differences. */
import * as tf from '@tensorflow/tfjs-core'
import '../engine/register-gradients.js'
import type { Parameter } from '../engine/parameter.js'
import { Rng } from '../engine/random.js'
import { treeLeaves } from '../engine/tree.js'
import { NumericalError } from '../errors.js'
import type { Module } from '../layers/module.js'
import { position } from './close-to.js'

export interface GradientCheckOptions {
  /** Distance h between the points of the difference quotient. Default 0.02. */
  step?: number
  /** Allowed |analytic − numeric| / max(1, |numeric|). Default 5e-4. */
  tolerance?: number
  /** Entries of each input that are checked, drawn at random. Default 12. */
  entries?: number
  /** Seed of that draw and of the weights with which the outputs are summed. Default 1. */
  seed?: number
}

/** A quantity to differentiate by: can be read as a tensor, and moved entry by entry. */
interface Variable {
  name: string
  shape: readonly number[]
  values: Float32Array
  /** A tensor of the values as they are now. */
  tensor(): tf.Tensor
}

/** `tf.tidy` for functions that return plain numbers. */
function tidied<T>(f: () => T): T {
  return tf.tidy(f as () => tf.TensorContainer) as T
}

/**
 * Checks the gradients of `f` by each float input: with random weights w, d/dx Σ w·f(x) from the tape must equal
 *
 *     (8 [F(x+h) − F(x−h)] − [F(x+2h) − F(x−2h)]) / 12h,   error O(h⁴)
 *
 * where F is summed in double precision. For small tensors, on an exact backend (`cpu`).
 *
 * @param f returns a tensor or any tree of them; float outputs count.
 * @param inputs tensors by name; those that are no floats are passed on and left alone.
 * @throws NumericalError naming input, position and both values.
 */
export function checkGradients<Inputs extends Record<string, tf.Tensor>>(
  f: (inputs: Inputs) => unknown,
  inputs: Inputs,
  options: GradientCheckOptions = {},
): void {
  const floats = Object.entries(inputs).filter(([, tensor]) => tensor.dtype === 'float32')
  const variables = floats.map(([name, tensor]): Variable => {
    const values = Float32Array.from(tensor.dataSync())
    return {
      name,
      shape: tensor.shape,
      values,
      tensor: () => tf.tensor(values.slice(), tensor.shape, 'float32'),
    }
  })
  compare(
    variables,
    (tensors) => f({ ...inputs, ...Object.fromEntries(variables.map(({ name }, i) => [name, tensors[i]])) }),
    options,
  )
}

/**
 * The same by every trainable parameter of a module.
 * @param f uses the module and returns a tensor or a tree of them.
 */
export function checkModuleGradients(
  module: Module,
  f: () => unknown,
  options: GradientCheckOptions = {},
): void {
  const trainable = [...module.namedParameters()].filter(([, parameter]) => parameter.trainable)
  compare(
    trainable.map(([name, parameter]) => parameterVariable(name, parameter)),
    f,
    options,
  )
  for (const [, parameter] of trainable) parameter.touch()
}

function parameterVariable(name: string, parameter: Parameter): Variable {
  return {
    name,
    shape: parameter.shape,
    values: parameter.data,
    tensor() {
      parameter.touch()
      return parameter.read()
    },
  }
}

type Model = (tensors: tf.Tensor[]) => unknown

function floatOutputs(result: unknown): tf.Tensor[] {
  return treeLeaves<tf.Tensor>(result).filter(({ dtype }) => dtype === 'float32')
}

function compare(
  variables: Variable[],
  f: Model,
  { step = 0.02, tolerance = 5e-4, entries = 12, seed = 1 }: GradientCheckOptions,
): void {
  const rng = new Rng(seed)
  const now = () => variables.map((variable) => variable.tensor())
  const weights = tidied(() =>
    floatOutputs(f(now())).map(({ size }) => Float64Array.from({ length: size }, () => rng.nextNormal())),
  )
  const value = () => tidied(() => weightedSum(floatOutputs(f(now())), weights))
  const analytic = tidied(() => gradientsOf(f, now(), weights))
  variables.forEach(({ name, shape, values }, v) => {
    for (const i of drawEntries(values.length, entries, rng)) {
      const numeric = differenceQuotient(values, i, step, value)
      const found = analytic[v]?.[i] ?? 0
      if (!(Math.abs(found - numeric) <= tolerance * Math.max(1, Math.abs(numeric))))
        throw new NumericalError({
          argument: `gradient of ${name} at ${position(i, shape)}`,
          expected: `${numeric} (by finite differences)`,
          received: String(found),
        })
    }
  })
}

function drawEntries(size: number, count: number, rng: Rng): number[] {
  return rng.shuffle(Array.from({ length: size }, (_, i) => i)).slice(0, count)
}

/** Gradients of Σ w·f from the tape; undefined where f does not depend on a tensor. */
function gradientsOf(
  f: Model,
  tensors: tf.Tensor[],
  weights: Float64Array[],
): (ArrayLike<number> | undefined)[] {
  const weighted = () => {
    const terms = floatOutputs(f(tensors)).map((output, k) => {
      const weight = tf.tensor(Float32Array.from(weights[k] as Float64Array), output.shape)
      return tf.sum(tf.mul(output, weight))
    })
    return tf.addN(terms) as tf.Scalar
  }
  const { grads } = tf.engine().gradients(weighted, tensors, undefined, true)
  return (grads as (tf.Tensor | undefined)[]).map((gradient) => gradient?.dataSync())
}

function differenceQuotient(values: Float32Array, i: number, h: number, value: () => number): number {
  const centre = values[i] as number
  const at = (offset: number) => {
    values[i] = centre + offset
    return value()
  }
  const near = at(h) - at(-h)
  const far = at(2 * h) - at(-2 * h)
  values[i] = centre
  return (8 * near - far) / (12 * h)
}

/** Σ w·output in double precision. */
function weightedSum(outputs: tf.Tensor[], weights: Float64Array[]): number {
  return outputs.reduce((total, output, k) => {
    const weight = weights[k] as Float64Array
    const values = output.dataSync() as Float32Array
    return values.reduce((sum, value, i) => sum + value * (weight[i] as number), total)
  }, 0)
}
