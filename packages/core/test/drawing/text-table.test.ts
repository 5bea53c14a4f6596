import { describe, expect, it } from 'vitest'
import { textTable } from '../../src/index.js'

const rows = [
  ['model', 'MAE', 'from'],
  ['segrnn', '0.4', 'May'],
  ['linear', '12.25', '–'],
]

describe('a table of text', () => {
  it('has its first column on the left and numbers on the right', () => {
    expect(textTable(rows).split('\n')).toEqual([
      'model     MAE  from',
      'segrnn    0.4   May',
      'linear  12.25     –',
    ])
  })

  it('has other columns on the left where it is told to, and no blanks at the ends of lines', () => {
    expect(textTable(rows, { left: [0, 2] }).split('\n')).toEqual([
      'model     MAE  from',
      'segrnn    0.4  May',
      'linear  12.25  –',
    ])
  })

  it('takes rows that end earlier, and counts characters, not their halves', () => {
    expect(textTable([['𝒙', '1'], ['ab'], ['', '20']]).split('\n')).toEqual(['𝒙    1', 'ab', '    20'])
  })
})
