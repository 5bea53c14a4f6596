/** The hourly series of the M4 competition: what its organisers published for their simple methods. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type BaselineName, baselines } from '../../src/baselines/index.js'
import { mase, owa, smape } from '../../src/metrics/index.js'
import { readSeriesRows } from '../../src/series/index.js'

const folder = join(process.env.ATTENTIVE_DATA ?? 'data', 'm4')
const isThere = existsSync(join(folder, 'Hourly-train.csv'))
const [horizon, period] = [48, 24]

describe.skipIf(!isThere)('on the hourly series of M4 (skipped without ATTENTIVE_DATA/m4)', () => {
  const scores = async (name: BaselineName) => {
    const train = await readSeriesRows(join(folder, 'Hourly-train.csv'))
    const test = await readSeriesRows(join(folder, 'Hourly-test.csv'))
    const total = { smape: 0, mase: 0 }
    for (const [i, { values: history }] of train.entries()) {
      const { mean } = baselines[name].forecast(history, horizon, period)
      const actual = test[i]?.values as Float64Array
      total.smape += smape(actual, mean) / train.length
      total.mase += mase(actual, mean, { history, period }) / train.length
    }
    return total
  }

  it.each([
    ['naive2', 18.383, 2.395],
    ['seasonal-naive', 13.912, 1.193],
    ['seasonal-ses', 18.094, 2.385],
    ['theta', 18.138, 2.455],
  ] as const)('%s has sMAPE %f and MASE %f', async (name, expectedSmape, expectedMase) => {
    const found = await scores(name)
    expect(found.smape).toBeCloseTo(expectedSmape, 3)
    expect(found.mase).toBeCloseTo(expectedMase, 2)
  })

  it('Naive2 is 1 by definition', async () => {
    const naive2 = await scores('naive2')
    expect(owa(naive2, naive2)).toBe(1)
  })
})
