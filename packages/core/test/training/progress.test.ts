import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { progressDisplay } from '../../src/training/progress-display.js'
import { formatDuration, formatProgress, formatValidation } from '../../src/training/progress-text.js'
import type { TrainingProgress } from '../../src/training/train-options.js'

const progress: TrainingProgress = {
  phase: 'training',
  epoch: 2,
  epochs: 30,
  batch: 10,
  batchesPerEpoch: 454,
  step: 1464,
  totalSteps: 13620,
  loss: 3.21449,
  learningRate: 4e-4,
  gradientNorm: 1.5,
  perSecond: 1650.4,
  unit: 'tokens',
  metrics: { bleu: 28.1 },
  best: 28.1,
  seconds: 542,
  secondsLeft: 725,
  compileSeconds: 2.9,
}

/** A stream that keeps what is written. */
function recorder(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200 })
  /** All that was written since the last time; `read` gives it piece by piece from Node 26 on. */
  const text = () => {
    let all = ''
    for (let piece = stream.read(); piece !== null; piece = stream.read()) all += piece
    return all
  }
  return { stream, text }
}

describe('progress in words', () => {
  it('names everything that changes', () => {
    expect(formatProgress(progress)).toBe(
      'epoch 2/30 · loss 3.214 · 1,650 tokens/s · bleu 28.10 · 12 min 5 s left · compiled 3 s',
    )
    expect(formatValidation(progress)).toBe('step 1,464 · epoch 2/30 · loss 3.214 · bleu 28.10 · 9 min 2 s')
  })

  it('leaves out what is not known', () => {
    const unknown = { ...progress, metrics: null, secondsLeft: null, compileSeconds: 0, loss: Number.NaN }
    expect(formatProgress({ ...unknown, unit: 'steps', perSecond: 2.34 })).toBe(
      'epoch 2/30 · loss – · 2.3 steps/s',
    )
  })

  it('rounds durations', () => {
    expect([0, 59.6, 60, 3599.9, 12_000].map(formatDuration)).toEqual([
      '0 s',
      '1 min 0 s',
      '1 min 0 s',
      '1 h 0 min',
      '3 h 20 min',
    ])
  })
})

describe('progressDisplay without a terminal', () => {
  it('prints every validation, and nothing in between so soon', () => {
    const { stream, text } = recorder(false)
    const display = progressDisplay({ stream })
    for (let i = 0; i < 100; i++) display.onProgress(progress)
    expect(text()).toBe('')
    display.onProgress({ ...progress, phase: 'validated' })
    display.stop()
    expect(text()).toBe(`${formatValidation(progress)}\n`)
  })

  it('prints a plain line once the time has come', () => {
    const { stream, text } = recorder(false)
    const display = progressDisplay({ stream, everySeconds: 0 })
    display.onProgress(progress)
    expect(text()).toBe(`step 1464 · ${formatProgress(progress)}\n`)
  })
})

describe('progressDisplay before training', () => {
  it('shows the state now and then without a terminal, and lines that stay at once', () => {
    const { stream, text } = recorder(false)
    const display = progressDisplay({ stream })
    display.status('reading the corpus · 1 pair')
    display.print('stopping')
    expect(text()).toBe('stopping\n')
    progressDisplay({ stream, everySeconds: 0 }).status('reading the corpus · 2 pairs')
    expect(text()).toBe('reading the corpus · 2 pairs\n')
  })

  it('rewrites the state in place on a terminal, and takes it away', () => {
    const { stream, text } = recorder(true)
    const display = progressDisplay({ stream })
    display.status('reading the corpus')
    expect(text()).toBe('\r\u001b[Kreading the corpus')
    display.print('stopping')
    expect(text()).toBe('\r\u001b[Kstopping\n')
    display.status('still reading')
    text()
    display.onProgress(progress)
    expect(text().startsWith('\r\u001b[K')).toBe(true)
    display.stop()
  })
})

describe('progressDisplay on a terminal', () => {
  it('draws a bar, keeps validations above it, and takes it away', () => {
    const { stream, text } = recorder(true)
    const display = progressDisplay({ stream })
    display.onProgress(progress)
    display.onProgress({ ...progress, phase: 'validated' })
    const shown = text()
    expect(shown).toContain(`10% · ${formatProgress(progress)}`)
    expect(shown).toContain(`${formatValidation(progress)}\n`)
    display.stop()
    expect(text()).toContain('\u001b[?25h')
    display.stop()
  })
})
