import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { putRows, rangesOf, takeRows, withRows } from '../../src/engine/runtime/data-parallel/rows.js'

describe('rows', () => {
  const shapes = fc.tuple(
    fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
    fc.integer({ min: 1, max: 9 }),
    fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
    fc.integer({ min: 1, max: 5 }),
  )

  it('taken out along any axis and put back are the whole', () => {
    fc.assert(
      fc.property(shapes, ([before, rows, after, parts]) => {
        const shape = [...before, rows, ...after]
        const axis = before.length
        const size = shape.reduce((product, n) => product * n, 1)
        const whole = Float32Array.from({ length: size }, (_, i) => i)
        const again = new Float32Array(size).fill(-1)
        const ranges = rangesOf(rows, parts)
        expect(ranges.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(rows)
        for (const range of ranges) {
          const partShape = withRows(shape, axis, range.end - range.start)
          const part = new Float32Array(partShape.reduce((product, n) => product * n, 1))
          takeRows(whole, shape, axis, range, part)
          putRows(again, shape, axis, range, part)
        }
        expect(again).toEqual(whole)
      }),
    )
  })
})
