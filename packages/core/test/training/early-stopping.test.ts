import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../src/errors.js'
import { BestScore } from '../../src/training/best-score.js'
import { EarlyStopping } from '../../src/training/early-stopping.js'

describe('EarlyStopping', () => {
  it('stops after `patience` rounds in a row without improvement', () => {
    const stopping = new EarlyStopping({ patience: 2, mode: 'max' })
    expect([10, 11, 10.5, 12, 12, 11].map((bleu) => stopping.observe(bleu))).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ])
  })

  it('asks for more than minDelta', () => {
    const stopping = new EarlyStopping({ patience: 2, mode: 'min', minDelta: 0.1 })
    expect([1, 0.95, 0.92].map((loss) => stopping.observe(loss))).toEqual([false, false, true])
  })

  it('takes NaN for no improvement, also as first score', () => {
    const stopping = new EarlyStopping({ patience: 2, mode: 'min' })
    expect(stopping.observe(Number.NaN)).toBe(false)
    expect(stopping.observe(3)).toBe(false)
    expect(stopping.observe(Number.NaN)).toBe(false)
    expect(stopping.observe(Number.NaN)).toBe(true)
  })

  it('continues from its state', () => {
    const before = new EarlyStopping({ patience: 3, mode: 'min' })
    for (const score of [2, 3, 3]) before.observe(score)
    const after = new EarlyStopping({ patience: 3, mode: 'min' })
    after.state = structuredClone(before.state)
    expect(after.observe(2.5)).toBe(true)
  })

  it('refuses a patience that is no positive integer', () => {
    for (const patience of [0, -1, 1.5, Number.NaN])
      expect(() => new EarlyStopping({ patience, mode: 'min' })).toThrow(InvalidArgumentError)
    expect(() => new BestScore('min', -1)).toThrow('minDelta')
  })
})
