/**
 * Whole numbers that must lie in a range, such as ids. What is outside is an error on every engine, the same one: left to
 * themselves some would go on with wrong numbers.
 *
 * Eagerly the values are looked at where they are used. A function that is traced has none yet: there it is noted which
 * of its arguments must lie where, and they are looked at, in host memory, before every run of the graph.
 */
import type * as tf from '@tensorflow/tfjs-core'
import { InvalidArgumentError } from '../errors.js'
import { activeTrace } from './trace/active.js'
import type { Value } from './trace/ir.js'
import { tracedValue } from './trace/traced-data.js'

export interface ValueRange {
  /** The argument, as errors name it. */
  argument: string
  /** What the numbers are: 'ids'. */
  what: string
  least: number
  most: number
}

/** A range for the numbers of one of a traced function's arguments. */
export interface ArgumentRange extends ValueRange {
  path: string
}

let notes: ArgumentRange[] | null = null

/**
 * Checks the numbers of a tensor, now or before every run; what a traced function computes itself is not checked.
 * @throws InvalidArgumentError naming the argument, the range and the number.
 */
export function requireInRange(tensor: tf.Tensor, range: ValueRange): void {
  const value = activeTrace() ? tracedValue(tensor as { dataId: object; shape: number[] }) : null
  if (!activeTrace() || value?.constant) requireAllInRange(tensor.dataSync(), range)
  const path = value && pathOf(value)
  if (path !== null) notes?.push({ ...range, path })
}

/** @throws InvalidArgumentError naming the argument, the range and the first number that is outside. */
export function requireAllInRange(values: ArrayLike<number>, range: ValueRange): void {
  const { argument, what, least, most } = range
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value >= least && value <= most) continue
    throw new InvalidArgumentError({
      argument,
      expected: `${what} in ${least} … ${most}`,
      received: String(value),
    })
  }
}

/** Runs `body`, in which a function is traced, and tells `note` the ranges of its arguments. */
export function notingRanges<T>(note: (ranges: ArgumentRange[]) => void, body: () => T): T {
  const former = notes
  notes = []
  try {
    const result = body()
    note(notes)
    return result
  } finally {
    notes = former
  }
}

/** Those that all traces of one function agree on: a bound that is an open size has another stand-in in each. */
export function commonRanges([first = [], ...others]: readonly ArgumentRange[][]): ArgumentRange[] {
  return first.filter((range, i) =>
    others.every((ranges) => ranges[i]?.least === range.least && ranges[i]?.most === range.most),
  )
}

/** The path of the argument whose numbers these are, all of them and in any order; null when they are others. */
function pathOf(value: Value): string | null {
  const { producer } = value
  if (!producer) return value.name
  const isMoved = producer.op === 'Reshape' || producer.op === 'Transpose'
  return isMoved ? pathOf(producer.inputs[0] as Value) : null
}
