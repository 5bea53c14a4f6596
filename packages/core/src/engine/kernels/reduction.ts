/** Sums, means, extremes, running totals and normalised exponentials along axes. */
import type * as tf from '@tensorflow/tfjs-core'
import {
  cast,
  inType,
  int64,
  mul,
  node,
  positiveAxes,
  type Reduction,
  reduce,
  reshape,
  uniform,
} from '../trace/algebra.js'
import type { Value } from '../trace/ir.js'
import { asNumbers } from './logic.js'
import { frontAxis, type KernelRule, type KernelTable } from './rule.js'
import { flip, shiftAlong } from './shaping.js'

interface ReduceAttributes {
  axis?: number | number[] | null
  reductionIndices?: number | number[] | null
  keepDims?: boolean
}

/** What ONNX Runtime must not be asked: the sum, product, … of no numbers at all. */
const ofNothing: Record<Reduction, number> = {
  ReduceSum: 0,
  ReduceProd: 1,
  ReduceMean: Number.NaN,
  ReduceMax: Number.NEGATIVE_INFINITY,
  ReduceMin: Number.POSITIVE_INFINITY,
}

function reduceAlong(
  op: Reduction,
  x: Value,
  { axis, reductionIndices, keepDims = false }: ReduceAttributes,
) {
  const axes = positiveAxes(axis ?? reductionIndices, x.rank)
  if (x.size > 0) return reduce(op, x, axes, keepDims)
  const shape = x.shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]))
  return uniform(ofNothing[op], shape, x.dtype)
}

/** Sums and products: of booleans a whole number. */
const total =
  (op: Reduction): KernelRule =>
  ({ x }, attributes: ReduceAttributes) =>
    reduceAlong(op, asNumbers(x), attributes)

/** Extremes: of booleans a boolean. */
const extreme =
  (op: 'ReduceMax' | 'ReduceMin'): KernelRule =>
  ({ x }, attributes: ReduceAttributes) =>
    x.dtype === 'bool'
      ? cast(reduceAlong(op, cast(x, 'int32'), attributes), 'bool')
      : reduceAlong(op, x, attributes)

const argument =
  (op: string): KernelRule =>
  ({ x }, { axis }: tf.ArgMaxAttrs) => {
    const at = frontAxis(axis, x.rank)
    const shape = x.shape.filter((_, i) => i !== at)
    return cast(node(op, [asNumbers(x)], shape, 'int64', { axis: at, keepdims: 0 }), 'int32')
  }

const softmax = (logits: Value, axis: number): Value =>
  inType('float32', logits, (x) =>
    node('Softmax', [x], x.shape, 'float32', { axis: frontAxis(axis, x.rank) }),
  )

function runningSum(x: Value, { axis, exclusive, reverse }: tf.CumsumAttrs): Value {
  const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) }
  return node('CumSum', [x, reshape(int64([frontAxis(axis, x.rank)]), [])], x.shape, x.dtype, attributes)
}

/** ONNX has no running product: with every round each entry covers twice as many (Hillis & Steele 1986). */
function runningProduct(x: Value, { axis, exclusive, reverse }: tf.CumprodAttrs): Value {
  const at = frontAxis(axis, x.rank)
  let product = reverse ? flip(x, [at]) : x
  if (exclusive) product = shiftAlong(product, at, 1, 1)
  for (let covered = 1; covered < (x.shape[at] as number); covered *= 2)
    product = mul(product, shiftAlong(product, at, covered, 1))
  return reverse ? flip(product, [at]) : product
}

export const reduction: KernelTable = {
  Sum: total('ReduceSum'),
  Prod: total('ReduceProd'),
  Mean: ({ x }, attributes: ReduceAttributes) => reduceAlong('ReduceMean', cast(x, 'float32'), attributes),
  Max: extreme('ReduceMax'),
  Min: extreme('ReduceMin'),
  Any: extreme('ReduceMax'),
  All: extreme('ReduceMin'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Softmax: ({ logits }, { dim }: tf.SoftmaxAttrs) => softmax(logits, dim),
  Cumsum: ({ x }, attributes: tf.CumsumAttrs) => runningSum(asNumbers(x), attributes),
  Cumprod: ({ x }, attributes: tf.CumprodAttrs) => runningProduct(asNumbers(x), attributes),
}
