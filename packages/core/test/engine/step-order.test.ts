import { describe, expect, it } from 'vitest'
import { stepOrder } from '../../src/engine/tfjs-node/step-order.js'

// Steps and places are numbered t·B + b: with B = 2, row 0 has 0, 2, 4, … and row 1 has 1, 3, 5, …
describe('stepOrder', () => {
  it('leaves steps in place when all are valid, or padding stands at the end already', () => {
    const unchanged = { source: null, position: null }
    expect(stepOrder(3, 2, { reverse: false })).toEqual({ ...unchanged, last: Int32Array.of(6, 7) })
    const mask = [1, 1, 1, 1, 0, 1] // row 0: two steps, row 1: three
    expect(stepOrder(3, 2, { reverse: false, mask })).toEqual({ ...unchanged, last: Int32Array.of(4, 7) })
  })

  it('walks backwards, padding last', () => {
    const mask = [1, 1, 1, 1, 0, 1]
    expect(stepOrder(3, 2, { reverse: true, mask })).toEqual({
      source: Int32Array.of(2, 5, 0, 3, 4, 1),
      position: Int32Array.of(2, 5, 0, 3, 4, 1),
      last: Int32Array.of(4, 7),
    })
  })

  it('closes holes, and the initial state is the last one of a row without valid steps', () => {
    const mask = [0, 0, 0, 1, 0, 0, 0, 1] // row 0: none, row 1: steps 1 and 3
    expect(stepOrder(4, 2, { reverse: false, mask })).toEqual({
      source: Int32Array.of(0, 3, 2, 7, 4, 1, 6, 5),
      position: Int32Array.of(0, 5, 2, 1, 4, 7, 6, 3),
      last: Int32Array.of(0, 5),
    })
  })
})
