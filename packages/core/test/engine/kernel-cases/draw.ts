/** Arbitraries for tensors: small shapes of every rank, with empty and one-element ones among them. */
import fc from 'fast-check'
import { type DType, NdArray, sizeOf } from '../../../src/engine/nd-array.js'
import type { KernelCase } from './kernel-case.js'

export interface ShapeOptions {
  minRank?: number
  maxRank?: number
  /** Smallest size of an axis; 0 (the default) draws empty tensors now and then. */
  minSize?: 0 | 1
  maxSize?: number
}

export function shapes({ minRank = 0, maxRank = 4, minSize = 0, maxSize = 3 }: ShapeOptions = {}) {
  const size = fc.integer({ min: 1, max: maxSize })
  const sizes =
    minSize === 0 ? fc.oneof({ weight: 12, arbitrary: size }, { weight: 1, arbitrary: fc.constant(0) }) : size
  return fc.array(sizes, { minLength: minRank, maxLength: maxRank })
}

/** Halves and quarters as well as anything between: kinks at whole numbers are hit. No −0. */
export function numbers(min = -3, max = 3): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: Math.ceil(min * 4), max: Math.floor(max * 4) }).map((quarter) => quarter / 4),
    fc.double({ min, max, noNaN: true }).map((value) => Math.fround(value) + 0),
  )
}

export const integers = (min = -5, max = 5) => fc.integer({ min, max })
const flags = fc.integer({ min: 0, max: 1 })

const constructors = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const
const usual: Record<DType, fc.Arbitrary<number>> = { float32: numbers(), int32: integers(), bool: flags }

/** A tensor of a given shape. */
export function filled(
  shape: readonly number[],
  dtype: DType = 'float32',
  values: fc.Arbitrary<number> = usual[dtype],
): fc.Arbitrary<NdArray> {
  const length = sizeOf(shape)
  return fc
    .array(values, { minLength: length, maxLength: length })
    .map((numbers) => new NdArray(constructors[dtype].from(numbers), shape, dtype))
}

export interface TensorOptions extends ShapeOptions {
  dtype?: DType
  values?: fc.Arbitrary<number>
}

/** A tensor of any shape. */
export function tensors({ dtype, values, ...options }: TensorOptions = {}): fc.Arbitrary<NdArray> {
  return shapes(options).chain((shape) => filled(shape, dtype, values))
}

/** `count` shapes that broadcast with each other. */
export function broadcastShapes(count: number, options?: ShapeOptions): fc.Arbitrary<number[][]> {
  return shapes(options).chain((full) => {
    const part = fc
      .tuple(fc.nat({ max: full.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
      .map(([drop, shrink]) => full.slice(drop).map((size, i) => (shrink[i] ? 1 : size)))
    const parts = fc.array(fc.oneof(fc.constant(full), part), { minLength: count - 1, maxLength: count - 1 })
    return fc
      .tuple(parts, fc.nat({ max: count - 1 }))
      .map(([others, at]) => [...others.slice(0, at), full, ...others.slice(at)])
  })
}

/** An axis of a tensor of this rank, counted from either end. */
export const axisOf = (rank: number) => fc.integer({ min: -rank, max: rank - 1 })

/** Some axes, each counted from either end; `undefined` for all of them. */
export function axesOf(rank: number): fc.Arbitrary<number[] | undefined> {
  const all = Array.from({ length: rank }, (_, i) => i)
  const some = fc
    .tuple(fc.subarray(all), fc.boolean())
    .map(([axes, fromEnd]) => (fromEnd ? axes.map((axis) => axis - rank) : axes))
  return fc.oneof(some, fc.constant(undefined))
}

/** A kernel with the one input `x`. */
export function unary(options: TensorOptions & Omit<KernelCase, 'draw'> = {}): KernelCase {
  const { tolerance, runs, withoutGradient, ...tensor } = options
  return { draw: tensors(tensor).map((x) => ({ inputs: { x } })), tolerance, runs, withoutGradient }
}

export interface BinaryOptions extends Omit<KernelCase, 'draw'> {
  dtypes?: DType[]
  a?: fc.Arbitrary<number>
  b?: fc.Arbitrary<number>
  /** Both inputs have one shape. Default false: they broadcast. */
  sameShape?: boolean
}

/** A kernel with the inputs `a` and `b`. */
export function binary(options: BinaryOptions = {}): KernelCase {
  const { dtypes = ['float32', 'int32'], a, b, sameShape = false, ...rest } = options
  const pairs = sameShape ? shapes().map((shape) => [shape, shape]) : broadcastShapes(2)
  const draw = fc
    .tuple(pairs, fc.constantFrom(...dtypes))
    .chain(([[left = [], right = []], dtype]) =>
      fc.record({ inputs: fc.record({ a: filled(left, dtype, a), b: filled(right, dtype, b) }) }),
    )
  return { draw, ...rest }
}
