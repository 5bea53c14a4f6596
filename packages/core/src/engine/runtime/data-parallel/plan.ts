/** What may run on parts of a batch, and how parts of inputs are made and results put together. */
import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from '../../../errors.js'
import type { LoweredFunction } from '../../lower.js'
import type { DType } from '../../nd-array.js'
import type { SymbolicSize } from '../../symbolic/symbols.js'
import type { Value } from '../../trace/ir.js'

export interface DataParallelOptions {
  /** The open size, among the names in `axes`, that counts the rows. */
  axis: string
  /**
   * How results without rows are put together from those of the parts. `mean`: by Σ w_p r_p / Σ w_p, with w_p the rows
   * of part p or the sum of its `weights`; right for the mean loss of a batch and for gradients of it. `sum`: by Σ r_p.
   * Default `mean`.
   */
  reduce?: 'mean' | 'sum'
  /** Path of the argument that weights what the mean is taken over, a mask for instance. Default: rows count alike. */
  weights?: string
  /**
   * Not more replicas work than are needed for so many rows each. Default 16: ONNX Runtime multiplies by panels of 16
   * columns, filled or not, and a batch lies across them in an LSTM.
   */
  rowsPerReplica?: number
  /**
   * Threads may share every operator of a batch that is not divided. They stay awake for tens of milliseconds after it,
   * on processors that the next graph may need: with false this thread computes such batches alone. Default true.
   */
  shareOperators?: boolean
  /**
   * Paths of arguments that change only by being another array: threads keep their rows of it, and an array that is given
   * again is not sent again. After writing to one, give it as a new `NdArray` over a new view of its memory. Default none.
   */
  stable?: readonly string[]
}

/** An input or output of the graph. */
export interface Port {
  label: string
  dtype: DType
  /** The axis of the rows, each of which may take several places along it; null: it has none. */
  axis: number | null
  rank: number
}

export interface InputPort extends Port {
  /** An array that is given again has not changed. */
  isStable: boolean
}

export interface OutputPort extends Port {
  sizes: readonly SymbolicSize[]
}

export interface ParallelPlan {
  inputs: readonly InputPort[]
  outputs: readonly OutputPort[]
  /** The input with the weights of a mean; null: rows count alike. */
  weights: string | null
  reduce: 'mean' | 'sum'
}

/** How many of at most `most` replicas work on a batch. */
export function replicasFor(
  rows: number,
  most: number,
  { rowsPerReplica = 16 }: DataParallelOptions,
): number {
  return Math.max(1, Math.min(most, Math.ceil(rows / rowsPerReplica)))
}

/** Logical processors, or half of them where that is likely to be the number of cores. */
export function defaultThreads(): number {
  const logical = availableParallelism()
  return logical <= 4 ? logical : logical >> 1
}

/**
 * @returns why the graph cannot work on parts of a batch, in place of a plan.
 * @throws InvalidArgumentError when no argument has the axis, or there is none at the path of weights or of what is stable.
 */
export function planOf(
  lowered: LoweredFunction<unknown>,
  { axis, reduce = 'mean', weights, stable = [] }: DataParallelOptions,
): ParallelPlan | string {
  const random = new Set(
    lowered.inputs.filter(({ source }) => source.from === 'random').map(({ value }) => value),
  )
  const axisOf = (value: Value) => rowAxis(lowered.sizesOf(value), axis, random.has(value))
  const [inputs, outputs] = [lowered.inputs.map(({ value }) => value), lowered.outputs]
  const problem = [...inputs, ...outputs].find((value) => axisOf(value) === undefined)
  if (problem) return `${problem.name ?? 'a result'} has no axis that counts ${axis} alone`
  const portOf = (value: Value): Port => ({
    label: value.label,
    dtype: value.dtype as DType,
    axis: axisOf(value) ?? null,
    rank: value.rank,
  })
  const labels = new Set(stable.map((path) => labelOf(lowered, path, 'stable')))
  const inputPortOf = (value: Value): InputPort => ({
    ...portOf(value),
    isStable: labels.has(value.label),
  })
  const plan = {
    inputs: inputs.map(inputPortOf),
    outputs: outputs.map((value) => ({ ...portOf(value), sizes: lowered.sizesOf(value) })),
    reduce,
    weights: weights === undefined ? null : labelOf(lowered, weights, 'weights'),
  }
  if (plan.inputs.every((port) => port.axis === null))
    throw new InvalidArgumentError({
      argument: 'dataParallel.axis',
      expected: 'the name, in axes, of a size of an argument that the function reads',
      received: String(axis),
    })
  return refusalOf(lowered, plan) ?? plan
}

/**
 * Null: it has no rows; undefined: not of their own. One row of random numbers is as good as another: theirs may lie
 * along a product of sizes, `B·T` as well as `T·B`.
 */
function rowAxis(
  sizes: readonly SymbolicSize[],
  symbol: string,
  isRandom: boolean,
): number | null | undefined {
  const having = sizes.flatMap(({ symbols }, i) => (symbols.includes(symbol) ? [i] : []))
  const [only] = having
  if (only === undefined) return null
  const { coefficient, symbols } = sizes[only] as SymbolicSize
  const isSingle = coefficient === 1 && symbols.length === 1
  const isOnce = symbols.filter((name) => name === symbol).length === 1
  return having.length === 1 && (isSingle || (isRandom && isOnce)) ? only : undefined
}

function refusalOf({ traced }: LoweredFunction<unknown>, { outputs }: ParallelPlan): string | null {
  if (traced.outputs.some(({ sink }) => sink.to === 'variable')) return 'it assigns variables'
  if (outputs.some(({ dtype, axis }) => axis === null && dtype !== 'float32'))
    return 'a result without rows is not float32'
  return null
}

function labelOf({ inputs }: LoweredFunction<unknown>, path: string, option: 'weights' | 'stable'): string {
  const input = inputs.find(({ source }) => source.from === 'argument' && source.path === path)
  if (!input)
    throw new InvalidArgumentError({
      argument: `dataParallel.${option}`,
      expected: 'the path of an argument that the function reads',
      received: String(path),
    })
  return input.value.label
}
