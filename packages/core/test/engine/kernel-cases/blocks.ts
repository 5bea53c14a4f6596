import fc from 'fast-check'
import { filled } from './draw.js'
import type { KernelCases } from './kernel-case.js'

const block = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 })
const count = fc.integer({ min: 1, max: 2 })
const channels = fc.constantFrom<number[]>([], [2])

export const blocks: KernelCases = {
  SpaceToBatchND: {
    draw: fc.tuple(block, count, count, channels).chain(([blockShape, batch, repeat, inner]) => {
      const paddings = blockShape.map((size, i) => [i % size, 0])
      const spatial = blockShape.map((size, i) => size * (repeat + 1) - (i % size))
      return fc.record({
        inputs: fc.record({ x: filled([batch, ...spatial, ...inner]) }),
        attrs: fc.constant({ blockShape, paddings }),
      })
    }),
  },
  BatchToSpaceND: {
    draw: fc.tuple(block, count, count, channels).chain(([blockShape, batch, spatial, inner]) => {
      const crops = blockShape.map((size, i) => (i % 2 ? [0, size - 1] : [size - 1, 0]))
      const product = blockShape.reduce((a, b) => a * b, 1)
      const shape = [batch * product, ...blockShape.map(() => spatial), ...inner]
      return fc.record({
        inputs: fc.record({ x: filled(shape) }),
        attrs: fc.constant({ blockShape, crops }),
      })
    }),
  },
  DepthToSpace: {
    draw: fc.tuple(fc.integer({ min: 2, max: 3 }), count, count).chain(([blockSize, size, depth]) =>
      fc.record({
        inputs: fc.record({ x: filled([2, size, 2, depth * blockSize ** 2]) }),
        attrs: fc.constant({ blockSize, dataFormat: 'NHWC' }),
      }),
    ),
  },
}
