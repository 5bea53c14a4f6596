import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CheckpointError, InvalidArgumentError } from '../../src/errors.js'
import { createSchedule, type ScheduleConfig } from '../../src/training/schedules/create-schedule.js'
import { type PlateauOptions, PlateauSchedule } from '../../src/training/schedules/plateau.js'

const golden: {
  rate: number
  scores: number[]
  steps: [ScheduleConfig, number[]][]
  plateau: [PlateauOptions, number[]][]
} = JSON.parse(readFileSync(new URL('../golden/schedules.json', import.meta.url), 'utf8'))

describe('schedules follow PyTorch', () => {
  for (const [config, rates] of golden.steps)
    it(JSON.stringify(config), () => {
      const schedule = createSchedule(config, golden.rate)
      rates.forEach((rate, i) => {
        expect(schedule.rateAt(i + 1)).toBeCloseTo(rate, 12)
      })
    })

  for (const [options, rates] of golden.plateau)
    it(`plateau ${JSON.stringify(options)}`, () => {
      const schedule = new PlateauSchedule(golden.rate, options)
      golden.scores.forEach((score, i) => {
        schedule.observe(score)
        expect(schedule.rateAt()).toBeCloseTo(rates[i] as number, 12)
      })
    })
})

describe('noam', () => {
  it('has the rates of the paper: 512 dimensions, 4000 steps', () => {
    const schedule = createSchedule({ type: 'noam', modelSize: 512 }, 1)
    expect(schedule.rateAt(1)).toBeCloseTo(1 / (Math.sqrt(512) * 4000 ** 1.5), 15)
    expect(schedule.rateAt(4000)).toBeCloseTo(6.9877e-4, 8)
    expect(schedule.rateAt(16_000)).toBeCloseTo(6.9877e-4 / 2, 8)
  })
})

describe('warm-up', () => {
  it('rises linearly, then follows the decay, which starts after it', () => {
    const schedule = createSchedule({ type: 'cosine', warmupSteps: 4, totalSteps: 14 }, 2)
    expect([1, 2, 3, 4, 5].map((step) => schedule.rateAt(step))).toEqual([0.5, 1, 1.5, 2, 2])
    expect(schedule.rateAt(10)).toBeCloseTo(1, 12)
    expect(schedule.rateAt(15)).toBeCloseTo(0, 12)
    expect(schedule.rateAt(1000)).toBeCloseTo(0, 12)
  })
})

describe('plateau', () => {
  it('continues from its state', () => {
    const whole = new PlateauSchedule(1, { patience: 1 })
    const first = new PlateauSchedule(1, { patience: 1 })
    const second = new PlateauSchedule(9, { patience: 1 })
    for (const score of [3, 4, 4.5]) {
      whole.observe(score)
      first.observe(score)
    }
    second.state = structuredClone(first.state)
    for (const score of [3.5, 4, 2, 2.5, 2.6]) {
      whole.observe(score)
      second.observe(score)
      expect(second.rateAt()).toBe(whole.rateAt())
    }
    expect(whole.rateAt()).toBe(0.125)
  })

  it('refuses a state that is none', () => {
    const schedule = new PlateauSchedule(1)
    expect(() => {
      schedule.state = { rate: 'fast' }
    }).toThrow(CheckpointError)
  })
})

describe('createSchedule', () => {
  it('names the field that is wrong', () => {
    expect(() => createSchedule({ type: 'cosine' } as never, 1)).toThrow(/totalSteps/)
    expect(() => createSchedule({ type: 'step', every: 0 }, 1)).toThrow(InvalidArgumentError)
    expect(() => createSchedule({ type: 'plateau', factor: 1 }, 1)).toThrow(/factor/)
    expect(() => createSchedule({ type: 'constant', total: 3 } as never, 1)).toThrow(/total/)
  })
})
