/** Comparisons, logic and choice. */
import { binary, cast, node, unary, uniform } from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import { asNumbers, choose } from './logic.js'
import type { KernelRule, KernelTable } from './rule.js'

const compare =
  (op: string): KernelRule =>
  ({ a, b }) =>
    binary(op, asNumbers(a), asNumbers(b), 'bool')

const logic =
  (op: string): KernelRule =>
  ({ a, b }) =>
    binary(op, cast(a, 'bool'), cast(b, 'bool'), 'bool')

/** A test of special numbers, of which only floats have any. */
const special =
  (test: (x: Value) => Value, ofOthers: 0 | 1): KernelRule =>
  ({ x }) =>
    x.dtype === 'float32' ? test(x) : uniform(ofOthers, x.shape, 'bool')

export const comparison: KernelTable = {
  Equal: compare('Equal'),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  LogicalAnd: logic('And'),
  LogicalOr: logic('Or'),
  NotEqual: ({ a, b }) => unary('Not', binary('Equal', a, b, 'bool')),
  LogicalNot: ({ x }) => unary('Not', cast(x, 'bool')),
  IsNan: special((x) => node('IsNaN', [x], x.shape, 'bool'), 0),
  IsInf: special((x) => node('IsInf', [x], x.shape, 'bool'), 0),
  IsFinite: special((x) => binary('Less', unary('Abs', x), uniform(Number.POSITIVE_INFINITY, []), 'bool'), 1),
  Select: ({ condition, t, e }) => choose(cast(condition, 'bool'), t, e),
}
