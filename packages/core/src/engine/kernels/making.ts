/** Tensors made from nothing but attributes; copies, and the same numbers in another type. */
import type * as tf from '@tensorflow/tfjs-core'
import { TraceError } from '../../errors.js'
import type { DType, NdData } from '../nd-array.js'
import { cast, uniform } from '../trace/algebra.js'
import { currentBuilder } from '../trace/current-builder.js'
import type { Value } from '../trace/ir.js'
import { userLine } from '../trace/user-line.js'
import type { KernelTable } from './rule.js'

/** start, start + step, …: each from the one before, rounded, as TensorFlow.js makes them. */
function progression(values: Float32Array | Int32Array, start: number, step: number): Value {
  for (let i = 0; i < values.length; i++) values[i] = i === 0 ? start : (values[i - 1] as number) + step
  return constant(values, values instanceof Int32Array ? 'int32' : 'float32')
}

function constant(data: NdData, dtype: DType): Value {
  return currentBuilder().constant(data, [data.length], dtype)
}

function range({ start, stop, step, dtype }: tf.RangeAttrs): Value {
  // tf.range(5, 0) counts down.
  const signed = stop < start && step === 1 ? -1 : step
  const length = Math.max(0, Math.ceil((stop - start) / signed))
  return progression(dtype === 'int32' ? new Int32Array(length) : new Float32Array(length), start, signed)
}

function refuseMultinomial(): never {
  throw new TraceError({
    argument: userLine(),
    expected: 'random numbers from a seeded Rng',
    received: 'tf.multinomial inside a compiled function, where its samples would freeze',
    hint: 'Add Gumbel noise −log(−log(rng.uniform(shape))) to the log-probabilities and take tf.argMax.',
  })
}

export const making: KernelTable = {
  Identity: ({ x }) => x,
  Cast: ({ x }, { dtype }: tf.CastAttrs) => cast(x, dtype as DType),
  ZerosLike: ({ x }) => uniform(0, x.shape, x.dtype),
  OnesLike: ({ x }) => uniform(1, x.shape, x.dtype),
  Fill: (_, { shape, value, dtype }: tf.FillAttrs) =>
    uniform(Number(value), shape, (dtype ?? 'float32') as DType),
  Range: (_, attributes: tf.RangeAttrs) => range(attributes),
  LinSpace: (_, { start, stop, num }: tf.LinSpaceAttrs) =>
    progression(new Float32Array(num), start, (stop - start) / (num - 1)),
  Multinomial: refuseMultinomial,
}
