import { expect, it } from 'vitest'
import { chunks } from '../../src/training/evaluation-batches.js'

it('has every number once, in order, the last group with what is left', () => {
  expect([...chunks(7, 3)]).toEqual([[0, 1, 2], [3, 4, 5], [6]])
  expect([...chunks(6, 3)]).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ])
  expect([...chunks(2, 256)]).toEqual([[0, 1]])
  expect([...chunks(0, 3)]).toEqual([])
})
