/**
 * The seam between what people write (parameters, randomness, scan, optimisers) and the tracer: while a function
 * is being traced, `activeTrace()` is the trace that those calls report to; otherwise it is null and they run eagerly.
 */
import type * as tf from '@tensorflow/tfjs-core'
import type { Parameter } from '../parameter.js'
import type { RandomFill } from '../random.js'
import type { ScanCall } from '../scan.js'

export interface ActiveTrace {
  /** The placeholder of a parameter; its values are read anew at every run. */
  parameter(parameter: Parameter): tf.Tensor
  /** A placeholder that `fill` fills with fresh numbers at every run, in order of request. */
  random(shape: readonly number[], fill: RandomFill): tf.Tensor
  /** Writes the tensor's value into `target` at every run. */
  writeTo(tensor: tf.Tensor, target: Float32Array): void
  /** Runs `effect` in the host after every run, in order of request. */
  afterRun(effect: () => void): void
  scan(call: ScanCall): tf.Tensor[]
}

let active: ActiveTrace | null = null

export function activeTrace(): ActiveTrace | null {
  return active
}

/** Runs `body` with `trace` as the active one (null: eagerly) and restores the former, also when it throws. */
export function withActiveTrace<T>(trace: ActiveTrace | null, body: () => T): T {
  const former = active
  active = trace
  try {
    return body()
  } finally {
    active = former
  }
}
