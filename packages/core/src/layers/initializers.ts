/** First values of weights: functions of shape and generator. Matrices are `[out, in]`. */

import { requireRng } from '../engine/known-options.js'
import { sizeOf } from '../engine/nd-array.js'
import { Parameter } from '../engine/parameter.js'
import type { Rng } from '../engine/random.js'

export type Initializer = (shape: readonly number[], rng: Rng) => Float32Array

function fill(shape: readonly number[], next: () => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, next)
}

/** Inputs and outputs of one unit: `[out, in]`, further axes count as receptive field. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [out = 1, ...rest] = shape
  const [inputs = 1, ...field] = rest
  return { fanIn: inputs * sizeOf(field), fanOut: out * sizeOf(field) }
}

export const zeros: Initializer = (shape) => new Float32Array(sizeOf(shape))

/** Uniform in [−limit, limit). */
export function uniform(limit: number): Initializer {
  return (shape, rng) => fill(shape, () => (2 * rng.next() - 1) * limit)
}

/** Normal with mean 0. */
export function normal(standardDeviation = 1): Initializer {
  return (shape, rng) => fill(shape, () => rng.nextNormal() * standardDeviation)
}

/** Uniform with limit √(6 / (in + out)) (Glorot & Bengio 2010, equation 16). */
export const xavierUniform: Initializer = (shape, rng) => {
  const { fanIn, fanOut } = fans(shape)
  return uniform(Math.sqrt(6 / (fanIn + fanOut)))(shape, rng)
}

/** Normal with standard deviation √(2 / (in + out)) (Glorot & Bengio 2010). */
export const xavierNormal: Initializer = (shape, rng) => {
  const { fanIn, fanOut } = fans(shape)
  return normal(Math.sqrt(2 / (fanIn + fanOut)))(shape, rng)
}

/**
 * Orthonormal rows, or columns where there are fewer of them (Saxe, McClelland & Ganguli 2014): normal vectors made
 * orthonormal by modified Gram-Schmidt, in double precision.
 */
export const orthogonal: Initializer = (shape, rng) => {
  const [rows = 1, ...rest] = shape
  const columns = sizeOf(rest)
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows]
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => rng.nextNormal()))
  orthonormalize(vectors)
  const values = new Float32Array(rows * columns)
  vectors.forEach((vector, i) => {
    for (let j = 0; j < length; j++)
      values[rows <= columns ? i * columns + j : j * columns + i] = vector[j] as number
  })
  return values
}

function orthonormalize(vectors: Float64Array[]): void {
  vectors.forEach((vector, i) => {
    scale(vector, 1 / Math.sqrt(dot(vector, vector)))
    for (const later of vectors.slice(i + 1)) subtract(later, vector, dot(later, vector))
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function scale(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * factor
}

/** vector ← vector − factor · direction */
function subtract(vector: Float64Array, direction: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++)
    vector[i] = (vector[i] as number) - factor * (direction[i] as number)
}

/**
 * A parameter with values drawn now.
 * @throws InvalidArgumentError without a generator to draw them from.
 */
export function parameter(shape: readonly number[], initializer: Initializer, rng: Rng): Parameter {
  requireRng(rng)
  return new Parameter(shape, initializer(shape, rng))
}
