/**
 * Trees: nested objects and arrays whose leaves are tensors or arrays. A scan's carry, a compiled function's
 * inputs and outputs and a batch are trees, so that people name their tensors instead of counting them.
 */
import * as tf from '@tensorflow/tfjs-core'
import { NdArray } from './nd-array.js'

/** A tensor, or any nesting of plain objects and arrays of tensors. `undefined` leaves are left out. */
export type TensorTree =
  | tf.Tensor
  | undefined
  | readonly TensorTree[]
  | { readonly [key: string]: TensorTree }

export type Leaf = tf.Tensor | NdArray

function isLeaf(value: unknown): value is Leaf {
  return value instanceof tf.Tensor || value instanceof NdArray
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** One leaf and the dotted path that leads to it, such as `state.h`. */
export interface PathLeaf<L> {
  path: string
  leaf: L
}

/** All leaves in a stable order: object keys as they were written, array elements in order. */
export function flattenTree<L extends Leaf = Leaf>(tree: unknown): PathLeaf<L>[] {
  const leaves: PathLeaf<L>[] = []
  collectLeaves(tree, '', leaves)
  return leaves
}

function collectLeaves<L extends Leaf>(tree: unknown, path: string, leaves: PathLeaf<L>[]): void {
  if (isLeaf(tree)) leaves.push({ path, leaf: tree as L })
  else if (Array.isArray(tree) || isPlainObject(tree))
    for (const [key, item] of Object.entries(tree)) collectLeaves(item, path ? `${path}.${key}` : key, leaves)
}

/** The leaves of a tree without their paths. */
export function treeLeaves<L extends Leaf = Leaf>(tree: unknown): L[] {
  return flattenTree<L>(tree).map(({ leaf }) => leaf)
}

/** The same tree with every leaf replaced; whatever is no leaf (numbers, strings, flags) stays as it is. */
export function mapTree<T>(tree: T, replace: (leaf: Leaf, path: string) => unknown, path = ''): T {
  if (isLeaf(tree)) return replace(tree, path) as T
  if (Array.isArray(tree))
    return tree.map((item, i) => mapTree(item, replace, path ? `${path}.${i}` : `${i}`)) as T
  if (isPlainObject(tree)) {
    const entries = Object.entries(tree).map(([key, item]) => [
      key,
      mapTree(item, replace, path ? `${path}.${key}` : key),
    ])
    return Object.fromEntries(entries) as T
  }
  return tree
}

/** The same tree with its leaves taken, in order, from `leaves`. */
export function rebuildTree<T>(tree: T, leaves: readonly unknown[]): T {
  let next = 0
  return mapTree(tree, () => leaves[next++])
}

/** Everything in a tree that is no leaf, as a string: part of a compiled graph's cache key. */
export function staticKey(tree: unknown): string {
  return JSON.stringify(tree, (_, value) => (isLeaf(value) ? '·' : value)) ?? ''
}
