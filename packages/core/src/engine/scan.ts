/**
 * scan: the one loop primitive. Eagerly a JavaScript loop on the tape; while tracing, the body and its gradient are
 * traced once and become a forward and a reverse ONNX `Scan` (see trace/scan-node.ts). A recurrent layer, an
 * attention decoder or whatever else walks along time is a step function handed to this.
 */
import * as tf from '@tensorflow/tfjs-core'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import { type ActiveTrace, activeTrace } from './trace/active.js'
import { rebuildTree, type TensorTree, treeLeaves } from './tree.js'

export interface ScanOptions {
  /** Walk from the last time step to the first; outputs keep the order of the inputs. Default false. */
  reverse?: boolean
}

export interface ScanStepResult<Carry, Output> {
  carry: Carry
  /** What this step contributes to the stacked outputs. */
  output: Output
}

/** A scan with its trees flattened, as the tracer takes it. */
export interface ScanCall {
  carry: tf.Tensor[]
  xs: tf.Tensor[]
  consts: tf.Tensor[]
  reverse: boolean
  /** Runs the user's step once on flat lists of tensors. */
  step(carry: tf.Tensor[], x: tf.Tensor[], consts: tf.Tensor[]): { carry: tf.Tensor[]; outputs: tf.Tensor[] }
}

/**
 * Threads `carry` through `step` along the first axis of `xs`:
 * `(carry_t, output_t) = step(carry_{t-1}, xs[t], consts)`, t = 0 … T−1 (or T−1 … 0 with `reverse`).
 *
 * @param step pure function; what it needs besides carry and input belongs in `consts` so that gradients reach it.
 *   Random numbers are drawn outside and passed in `xs`: a body is traced only once.
 * @param carry initial state, any tree of tensors; every step must return the same shapes.
 * @param xs tree of tensors with a common first axis, time: `[T, …]`.
 * @param consts tree of tensors that every step sees unchanged; their gradients are summed over time.
 * @returns the last carry, and the outputs stacked along a new first axis `[T, …]`.
 * @throws ShapeError when the first axes of `xs` differ, or a step changes the shape of its carry.
 */
export function scan<
  Carry extends TensorTree,
  X extends TensorTree,
  Consts extends TensorTree,
  Output extends TensorTree,
>(
  step: (carry: Carry, x: X, consts: Consts) => ScanStepResult<Carry, Output>,
  carry: Carry,
  xs: X,
  consts: Consts,
  { reverse = false }: ScanOptions = {},
): { carry: Carry; outputs: Output } {
  const flatCarry = treeLeaves<tf.Tensor>(carry)
  const flatXs = treeLeaves<tf.Tensor>(xs)
  requireCommonLength(flatXs)
  let outputTree: Output | undefined
  const call: ScanCall = {
    carry: flatCarry,
    xs: flatXs,
    consts: treeLeaves<tf.Tensor>(consts),
    reverse,
    step(c, x, k) {
      const result = step(rebuildTree(carry, c), rebuildTree(xs, x), rebuildTree(consts, k))
      outputTree = result.output
      const nextCarry = treeLeaves<tf.Tensor>(result.carry)
      requireSameCarry(flatCarry, nextCarry)
      return { carry: nextCarry, outputs: treeLeaves<tf.Tensor>(result.output) }
    },
  }
  const flat = run(activeTrace(), call)
  const nc = flatCarry.length
  return {
    carry: rebuildTree(carry, flat.slice(0, nc)),
    outputs: rebuildTree(outputTree as Output, flat.slice(nc)),
  }
}

function run(trace: ActiveTrace | null, call: ScanCall): tf.Tensor[] {
  return trace ? trace.scan(call) : scanEagerly(call)
}

/** The same loop in JavaScript, on whatever backend is current; gradients come from the tape. */
function scanEagerly({ carry: initial, xs, consts, reverse, step }: ScanCall): tf.Tensor[] {
  return tf.tidy(() => {
    const slices = xs.map(alongTime)
    const length = slices[0]?.length ?? 0
    const stacked: tf.Tensor[][] = []
    let carry = initial
    for (let i = 0; i < length; i++) {
      const t = reverse ? length - 1 - i : i
      const result = step(
        carry,
        slices.map((slice) => slice[t] as tf.Tensor),
        consts,
      )
      carry = result.carry
      result.outputs.forEach((output, k) => {
        stacked[k] ??= new Array<tf.Tensor>(length)
        ;(stacked[k] as tf.Tensor[])[t] = output
      })
    }
    // A clone, so that the caller may dispose what came in and what came out independently.
    return [...carry.map((c) => tf.clone(c)), ...stacked.map((outputs) => tf.stack(outputs))]
  })
}

/** `unstack`, whose gradient fails in TensorFlow.js 4.22 when there is but one slice. */
function alongTime(x: tf.Tensor): tf.Tensor[] {
  return x.shape[0] === 1 ? [tf.reshape(x, x.shape.slice(1))] : tf.unstack(x)
}

function requireCommonLength(xs: tf.Tensor[]): void {
  const lengths = new Set(xs.map((x) => x.shape[0]))
  if (xs.length === 0)
    throw new InvalidArgumentError({
      argument: 'xs',
      expected: 'at least one tensor [T, …] to walk along',
      received: 'none',
    })
  if (lengths.size > 1 || xs.some((x) => x.rank === 0) || lengths.has(0))
    throw new ShapeError({
      argument: 'xs',
      expected: 'tensors with one common, non-zero first axis T',
      received: xs.map((x) => `[${x.shape}]`).join(', '),
    })
}

function requireSameCarry(before: tf.Tensor[], after: tf.Tensor[]): void {
  const shapes = (tensors: tf.Tensor[]) => tensors.map((t) => `${t.dtype}[${t.shape}]`).join(', ')
  if (shapes(before) !== shapes(after))
    throw new ShapeError({
      argument: 'step(…).carry',
      expected: shapes(before),
      received: shapes(after),
      hint: 'A scan step must return a carry of the shapes and dtypes it was given.',
    })
}
