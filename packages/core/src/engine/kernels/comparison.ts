/** Comparisons, logic and choice. */
import { binary, broadcastShape, cast, node, unary } from '../trace/algebra.js'
import type { KernelRule, KernelTable } from './rule.js'

const compare =
  (op: string): KernelRule =>
  ({ a, b }) =>
    binary(op, a, b, 'bool')

export const comparison: KernelTable = {
  Equal: compare('Equal'),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  LogicalAnd: compare('And'),
  LogicalOr: compare('Or'),
  LogicalXor: compare('Xor'),
  NotEqual: ({ a, b }) => unary('Not', binary('Equal', a, b, 'bool')),
  LogicalNot: ({ x }) => unary('Not', cast(x, 'bool')),
  IsNan: ({ x }) => node('IsNaN', [x], x.shape, 'bool'),
  IsInf: ({ x }) => node('IsInf', [x], x.shape, 'bool'),
  Select: ({ condition, t, e }) => {
    const shape = broadcastShape(broadcastShape(condition.shape, t.shape), e.shape)
    return node('Where', [condition, t, e], shape, t.dtype)
  },
}
