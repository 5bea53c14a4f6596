import { InterruptedError } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { type Preparation, type TextPair, Translator } from '../../src/index.js'
import { fitTextPipelines } from '../../src/text/index.js'
import { numeralPairs } from './numerals.js'
import { tinyOptions } from './tiny-training.js'

/** A corpus in memory whose pass of this number, from 1, never ends. */
function endlessIn(pass: number): Iterable<TextPair> {
  let passes = 0
  return {
    *[Symbol.iterator]() {
      passes++
      do yield* numeralPairs
      while (passes === pass)
    },
  }
}

describe('what comes before the first step', () => {
  it.each([
    ['words', 1],
    ['lengths', 2],
  ] as const)(
    'is told, lets timers and signals have their turn, and stops when asked (%s)',
    async (stage, pass) => {
      const controller = new AbortController()
      const told: Preparation[] = []
      setTimeout(() => controller.abort(), 300)
      const training = Translator.train({
        ...tinyOptions,
        train: endlessIn(pass),
        signal: controller.signal,
        onPreparation: (preparation) => told.push(preparation),
      })
      await expect(training).rejects.toThrow(InterruptedError)
      const last = told.at(-1)
      expect(last?.stage).toBe(stage)
      expect(last?.done).toBeGreaterThan(0)
    },
  )

  it('stops between the merges of a byte-pair encoding', async () => {
    const subword = { type: 'bpe', merges: 50 } as const
    const merges: number[] = []
    const fitted = fitTextPipelines(numeralPairs, {
      source: { subword },
      target: { subword },
      onMerge: async (count) => {
        merges.push(count)
        if (count === 3) throw new Error('stop')
      },
    })
    await expect(fitted).rejects.toThrow('stop')
    expect(merges).toEqual([1, 2, 3])
  })

  it('does not begin where it was asked to stop before', async () => {
    await expect(Translator.train({ ...tinyOptions, signal: AbortSignal.abort() })).rejects.toThrow(
      /train: expected to come to the first step, received a request to stop before it/,
    )
  })
})
