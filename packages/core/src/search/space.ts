/** Spaces of settings: which there are, and how one is drawn. */
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'

/** One setting that is searched for. */
export type SearchDimension<T = unknown> =
  | { kind: 'choice'; values: readonly T[] }
  | { kind: 'uniform' | 'logUniform' | 'integer'; low: number; high: number }

/** Settings by name, some of which are searched for, at any depth; the others are as they stand. */
export type Space = { readonly [name: string]: SearchDimension | Space | Plain }
type Plain = string | number | boolean | null | readonly Plain[]

/** What is drawn from a space. */
export type Settings = { [name: string]: unknown }

/** One of some values. @throws InvalidArgumentError when there is none. */
export function choice<T>(values: readonly T[]): SearchDimension<T> {
  if (values.length === 0)
    throw new InvalidArgumentError({ argument: 'values', expected: 'at least one value', received: 'none' })
  return { kind: 'choice', values }
}

/** A number between two others, each as likely. */
export function uniformBetween(low: number, high: number): SearchDimension<number> {
  return between('uniform', low, high)
}

/** A number between two others above 0, whose logarithm is uniform: for sizes that go by factors, as learning rates do. */
export function logUniformBetween(low: number, high: number): SearchDimension<number> {
  if (!(low > 0))
    throw new InvalidArgumentError({ argument: 'low', expected: 'a number above 0', received: String(low) })
  return between('logUniform', low, high)
}

/** A whole number between two others, both included. */
export function integerBetween(low: number, high: number): SearchDimension<number> {
  if (!Number.isInteger(low) || !Number.isInteger(high))
    throw new InvalidArgumentError({
      argument: 'low, high',
      expected: 'whole numbers',
      received: `${low}, ${high}`,
    })
  return between('integer', low, high)
}

function between(
  kind: 'uniform' | 'logUniform' | 'integer',
  low: number,
  high: number,
): SearchDimension<number> {
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return { kind, low, high }
  throw new InvalidArgumentError({
    argument: 'low, high',
    expected: 'two finite numbers, the smaller one first',
    received: `${low}, ${high}`,
  })
}

/** Settings drawn from a space, in the order of its names. */
export function drawSettings(space: Space, rng: Rng): Settings {
  return Object.fromEntries(
    Object.entries(space).map(([name, part]) => {
      if (isDimension(part)) return [name, drawOne(part, rng)]
      return [name, isSpace(part) ? drawSettings(part, rng) : part]
    }),
  )
}

function isDimension(part: Space[string]): part is SearchDimension {
  return (
    isSpace(part) &&
    typeof (part as { kind?: unknown }).kind === 'string' &&
    ('values' in part || 'low' in part)
  )
}

function isSpace(part: Space[string]): part is Space {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
}

function drawOne(dimension: SearchDimension, rng: Rng): unknown {
  if (dimension.kind === 'choice') return dimension.values[rng.nextInt(dimension.values.length)]
  const { kind, low, high } = dimension
  if (kind === 'integer') return low + rng.nextInt(high - low + 1)
  if (kind === 'uniform') return low + (high - low) * rng.next()
  return Math.exp(Math.log(low) + (Math.log(high) - Math.log(low)) * rng.next())
}
