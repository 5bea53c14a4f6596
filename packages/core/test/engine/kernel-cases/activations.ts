import fc from 'fast-check'
import { broadcastShapes, filled, shapes, tensors, unary } from './draw.js'
import type { KernelCases } from './kernel-case.js'

export const activations: KernelCases = {
  Relu: unary(),
  Relu6: unary(),
  Elu: unary(),
  Selu: unary(),
  EluGrad: {
    draw: shapes().chain((shape) =>
      fc.record({ inputs: fc.record({ dy: filled(shape), y: filled(shape) }) }),
    ),
  },
  LeakyRelu: {
    draw: fc.record({
      inputs: fc.record({ x: tensors() }),
      attrs: fc.record({ alpha: fc.constantFrom(0.2, 0.01) }),
    }),
  },
  Prelu: {
    draw: broadcastShapes(2).chain(([x = [], alpha = []]) =>
      fc.record({ inputs: fc.record({ x: filled(x), alpha: filled(alpha) }) }),
    ),
  },
}
