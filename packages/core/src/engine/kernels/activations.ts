/** Activations of neural networks, alone and as the last part of a fused kernel. */
import type * as tf from '@tensorflow/tfjs-core'
import { UnsupportedOperationError } from '../../errors.js'
import { add, binary, broadcastShape, cast, inType, mul, node, unary, uniform } from '../trace/algebra.js'
import { sameShape, type Value } from '../trace/ir.js'
import { clip } from './functions.js'
import { choose } from './logic.js'
import type { KernelInputs, KernelTable } from './rule.js'

const relu = (x: Value) =>
  x.dtype === 'float32' ? unary('Relu', x) : binary('Max', x, uniform(0, [], x.dtype))

const relu6 = (x: Value) => clip(x, 0, 6)

const elu = (x: Value) => inType('float32', x, (v) => unary('Elu', v))

const leakyRelu = (x: Value, alpha: number) =>
  unary('LeakyRelu', cast(x, 'float32'), { alpha: { float: alpha } })

/** α·x below zero. ONNX's PRelu wants a slope that broadcasts to x; TensorFlow.js also broadcasts x to the slope. */
function prelu(x: Value, alpha: Value): Value {
  const shape = broadcastShape(x.shape, alpha.shape)
  if (sameShape(shape, x.shape)) return node('PRelu', [x, alpha], shape, x.dtype)
  return choose(binary('Less', x, uniform(0, []), 'bool'), mul(alpha, x), x)
}

interface FusedAttributes {
  activation?: tf.fused.Activation
  leakyreluAlpha?: number
}

/** What a fused kernel does after its product: the activation named in its attributes. */
export function activate(
  x: Value,
  { activation = 'linear', leakyreluAlpha = 0.2 }: FusedAttributes,
  slope: KernelInputs['preluActivationWeights'],
): Value {
  const functions: Record<string, () => Value> = {
    linear: () => x,
    relu: () => relu(x),
    relu6: () => relu6(x),
    elu: () => elu(x),
    sigmoid: () => unary('Sigmoid', x),
    leakyrelu: () => leakyRelu(x, leakyreluAlpha),
    prelu: () => prelu(x, slope as Value),
  }
  const apply = functions[activation]
  if (apply) return apply()
  throw new UnsupportedOperationError({
    expected: `an activation among ${Object.keys(functions).join(', ')}`,
    received: String(activation),
  })
}

export const activations: KernelTable = {
  Relu: ({ x }) => relu(x),
  Relu6: ({ x }) => relu6(x),
  Elu: ({ x }) => elu(x),
  EluGrad: ({ dy, y }) => mul(dy, add(binary('Min', y, uniform(0, [])), uniform(1, []))),
  LeakyRelu: ({ x }, { alpha }: tf.LeakyReluAttrs) => leakyRelu(x, alpha),
  Prelu: ({ x, alpha }) => prelu(x, alpha),
  Selu: ({ x }) => inType('float32', x, (v) => unary('Selu', v)),
}
