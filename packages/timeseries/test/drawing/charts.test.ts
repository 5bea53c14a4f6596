/** Every chart in every form: well-formed, the same each time, safe whatever it is told, and small however long its series. */
import { describe, expect, it } from 'vitest'
import {
  anomaliesChart,
  backtestChart,
  type Chart,
  changePointsChart,
  comparisonChart,
  forecastChart,
  horizonErrorChart,
  lookbackAttentionChart,
  residualsChart,
  TimeIndex,
} from '../../src/index.js'

const index = TimeIndex.from({ start: '2024-03-01 00:00', frequency: '1h', length: 200 })
const times = index.times() as string[]
const values = times.map((_, t) => (t === 50 ? Number.NaN : 10 + 4 * Math.sin(t / 4) + (t % 5) / 5))
const hostile = '</script><img src=x onerror="alert(1)">&\u0007 ]]>'

const charts: Record<string, (title: string, name: string) => Chart> = {
  forecast: (title, name) =>
    forecastChart({
      title,
      name,
      unit: name,
      history: { times: times.slice(0, 150), values: values.slice(0, 150) },
      forecast: { times: times.slice(150), values: values.slice(150) },
      actual: { times: times.slice(150), values: values.slice(150).map((value) => value + 1) },
      intervals: [
        {
          level: 0.9,
          lower: values.slice(150).map((value) => value - 2),
          upper: values.slice(150).map((value) => value + 2),
        },
      ],
    }),
  backtest: (title, name) =>
    backtestChart({
      title,
      series: { times, values, name },
      folds: [
        { start: 100, forecast: values.slice(100, 124) },
        { start: 124, forecast: values.slice(124, 148) },
      ],
    }),
  'horizon errors': (title, name) =>
    horizonErrorChart({
      title,
      metric: 'MAE',
      models: [{ name, errors: [1, 2, 3], deviations: [0.1, 0.2, 0.1] }],
    }),
  residuals: (title, name) => residualsChart({ title, times, residuals: values, unit: name }),
  attention: (title, name) =>
    lookbackAttentionChart({
      title,
      name,
      times: times.slice(0, 24),
      values: values.slice(0, 24),
      weights: new Array(48).fill(1 / 24),
    }),
  anomalies: (title, name) =>
    anomaliesChart({
      title,
      name,
      times,
      values,
      scores: values,
      threshold: 13,
      events: [{ start: times[20] as string, end: times[30] as string }],
    }),
  changes: (title, name) => changePointsChart({ title, name, times, values, points: [times[80] as string] }),
  comparison: (title, name) =>
    comparisonChart({ title, rows: [{ name, scores: { MSE: { mean: 0.4, deviation: 0.01 } } }] }),
}

describe.each(Object.entries(charts))('the chart of %s', (_, make) => {
  it('is the same picture each time', async () => {
    const [one, two] = [make('Load', 'north'), make('Load', 'north')]
    expect(await one.toSvg()).toBe(await two.toSvg())
    expect(await one.toPng()).toEqual(await two.toPng())
  })

  it('shows its title and is a PNG', async () => {
    const chart = make('Load of the city', 'north')
    expect(await chart.toSvg()).toContain('Load of the city')
    const png = await chart.toPng({ scale: 1 })
    expect([...png.slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
    expect(png.length).toBeGreaterThan(3000)
  })

  it('takes no markup or script from names', async () => {
    const chart = make(hostile, hostile)
    expect(await chart.toSvg()).not.toContain('<img')
    // The outlines are read by a parser, which would stop at anything that is not well-formed.
    expect((await chart.toPng({ scale: 1 })).length).toBeGreaterThan(3000)
    const page = await chart.toHtml()
    const trusted = (await make('', 'x').toHtml()).split('<script').length
    expect(page.split('<script').length).toBe(trusted)
    expect(page).not.toContain('<img src=x')
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)[^"'\s]+\.js/)
  })
})

describe('charts of long series', () => {
  it('stay small and keep a peak of one step', async () => {
    const length = 300_000
    const long = Float64Array.from({ length }, (_, t) => Math.sin(t / 1000))
    const steps = Array.from({ length }, (_, t) => t)
    const draw = () => changePointsChart({ times: steps, values: long, points: [] }).toSvg()
    const flat = await draw()
    expect(flat.length).toBeLessThan(500_000)
    long[123_456] = 50
    expect(await draw()).not.toBe(flat)
  })
})

describe('charts refuse', () => {
  it.each([
    [() => forecastChart({ history: { times: [], values: [] }, forecast: { times: [1], values: [1] } })],
    [() => changePointsChart({ times: [1, 2], values: [1], points: [] })],
    [() => residualsChart({ times: [1, 2], residuals: [1, 2] })],
    [() => comparisonChart({ rows: [] })],
    [() => horizonErrorChart({ metric: 'MAE', models: [], width: 720 })],
    [() => lookbackAttentionChart({ times: [1, 2], values: [1, 2], weights: [1, -1] })],
    [() => changePointsChart({ times: [1], values: [1], points: [], width: 5 })],
  ])('what cannot be drawn: %s', (draw) => {
    expect(draw).toThrow(/expected .*, received /)
  })
})
