/** Loss and gradients of a model, and what shall be done to the gradients before the optimiser uses them. */
import * as tf from '@tensorflow/tfjs-core'
import type { Parameter } from '../engine/parameter.js'
import { mendGather } from '../engine/register-gradients.js'
import { type Leaf, mapTree } from '../engine/tree.js'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import { Module } from '../layers/module.js'

/** The gradient of one parameter: same shape, float32. */
export interface Gradient {
  /** The parameter's dotted path in its module, or its position in the list. */
  readonly name: string
  readonly parameter: Parameter
  readonly tensor: tf.Tensor
}

/** A clipping that the optimiser carries out natively, over all gradients at once. */
export type Clipping = { kind: 'globalNorm'; maxNorm: number } | { kind: 'value'; limit: number }

/** Gradients of all trainable parameters, and the clippings asked for, in order. */
export interface Gradients {
  readonly entries: readonly Gradient[]
  readonly clippings: readonly Clipping[]
}

/** What a loss function may return: the loss alone, or an object of tensors with `loss` among them. */
export type LossResult = tf.Tensor | { readonly loss: tf.Tensor }

export type WithGradients<R extends LossResult> = (R extends tf.Tensor ? { loss: tf.Tensor } : R) & {
  gradients: Gradients
}

/** Parameters by name: those of a module, or a list (named by position). */
export function namedParametersOf(source: Module | readonly Parameter[]): Map<string, Parameter> {
  if (source instanceof Module) return source.namedParameters()
  return new Map(source.map((parameter, i) => [String(i), parameter]))
}

function lossOf(result: LossResult): tf.Tensor {
  const loss = result instanceof tf.Tensor ? result : result.loss
  if (!(loss instanceof tf.Tensor) || loss.size !== 1)
    throw new ShapeError({
      argument: 'loss',
      expected: 'a tensor of one number',
      received: loss instanceof tf.Tensor ? `shape [${loss.shape}]` : typeof loss,
      hint: 'Reduce it with tf.mean or tf.sum.',
    })
  return loss
}

/**
 * Runs `f` and differentiates its loss: g_p = ∂loss/∂p for every trainable parameter p. Works eagerly and inside a
 * compiled function alike. A parameter that the loss does not depend on gets zeros.
 *
 * Eagerly, the returned tensors belong to the caller's `tf.tidy` (or are disposed by hand).
 *
 * @param source a module, or the parameters themselves.
 * @param f returns the loss (one number), or an object with `loss` and whatever else shall be handed through.
 * @returns what `f` returned, and `gradients` for `Optimizer.apply`.
 * @throws ShapeError when the loss is not one number.
 * @throws InvalidArgumentError when no trainable parameter is given, or the loss depends on none of them.
 */
export function valueAndGradients<R extends LossResult>(
  source: Module | readonly Parameter[],
  f: () => R,
): WithGradients<R> {
  const named = [...namedParametersOf(source)].filter(([, { trainable }]) => trainable)
  if (named.length === 0)
    throw new InvalidArgumentError({
      argument: 'model',
      expected: 'at least one trainable parameter',
      received: 'none',
    })
  mendGather()
  const inputs = named.map(([, parameter]) => parameter.read())
  let held: R | undefined
  const grads = differentiate(() => {
    const result = f()
    const loss = lossOf(result)
    // The tape's own tidy frees everything but the loss: hold copies of all that is handed through.
    held = mapTree(result, (leaf) => (leaf instanceof tf.Tensor ? tf.keep(tf.clone(leaf)) : leaf))
    return tf.reshape(loss, []) as tf.Scalar
  }, inputs)
  const outputs = mapTree(held as R, release)
  const entries = named.map(([name, parameter], i) => ({
    name,
    parameter,
    tensor: grads[i] ?? tf.zeros([...parameter.shape]),
  }))
  const tree = outputs instanceof tf.Tensor ? { loss: outputs } : outputs
  return { ...tree, gradients: { entries, clippings: [] } } as unknown as WithGradients<R>
}

/** A kept tensor as one that the surrounding `tf.tidy` owns. */
function release(leaf: Leaf): Leaf {
  if (!(leaf instanceof tf.Tensor)) return leaf
  const owned = tf.clone(leaf)
  leaf.dispose()
  return owned
}

/** Gradients of f with respect to `inputs`; undefined where f does not depend on one. */
function differentiate(f: () => tf.Scalar, inputs: tf.Tensor[]): (tf.Tensor | undefined)[] {
  const { value, grads }: { value: tf.Tensor; grads: (tf.Tensor | undefined)[] } = tf
    .engine()
    .gradients(f, inputs, undefined, true)
  value.dispose()
  if (grads.every((gradient) => !gradient))
    throw new InvalidArgumentError({
      argument: 'f',
      expected: 'a loss that depends on at least one trainable parameter',
      received: 'one that depends on none of them',
      hint: 'Use parameter.read() inside the function, and differentiable operations between it and the loss.',
    })
  return grads
}

function clipped(gradients: Gradients, clipping: Clipping): Gradients {
  return { entries: gradients.entries, clippings: [...gradients.clippings, clipping] }
}

function requirePositive(argument: string, value: number): void {
  if (!(value > 0))
    throw new InvalidArgumentError({ argument, expected: 'a number above 0', received: String(value) })
}

/**
 * g ← g · min(1, maxNorm / ‖g‖), ‖g‖ the L2 norm over all gradients together (Pascanu, Mikolov & Bengio 2013,
 * section 3.2). Only noted here: the optimiser carries it out natively, within its own pass, after any clipping noted
 * before; the tensors themselves stay as they are.
 * @throws InvalidArgumentError when `maxNorm` is not above 0.
 */
export function clipByGlobalNorm(gradients: Gradients, maxNorm: number): Gradients {
  requirePositive('maxNorm', maxNorm)
  return clipped(gradients, { kind: 'globalNorm', maxNorm })
}

/**
 * g ← clamp(g, −limit, limit), element by element. Only noted here: the optimiser carries it out natively, after any
 * clipping noted before; the tensors themselves stay as they are.
 * @throws InvalidArgumentError when `limit` is not above 0.
 */
export function clipByValue(gradients: Gradients, limit: number): Gradients {
  requirePositive('limit', limit)
  return clipped(gradients, { kind: 'value', limit })
}
