import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BlendedForecaster,
  ConformalForecaster,
  NeuralForecaster,
  readTableSeries,
} from '@attentive/timeseries'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandResult, command } from './command.js'

/** Two days' rhythm, a price that moves it, and two shops. */
function table(rows: number): string {
  const lines = ['shop,time,sold,price']
  for (const [s, shop] of ['north', '=south'].entries())
    for (let t = 0; t < rows; t++) {
      const time = new Date(Date.UTC(2024, 0, 1, t)).toISOString().slice(0, 16).replace('T', ' ')
      const price = t % 7 < 2 ? 1 : 2
      const noise = Math.sin(t * t * 0.7 + s)
      const sold = 20 + 10 * s + 6 * Math.sin((2 * Math.PI * t) / 24) - 3 * price + 0.5 * noise
      lines.push(`${shop},${time},${sold.toFixed(3)},${price}`)
    }
  return `${lines.join('\n')}\n`
}

describe('attentive forecast', () => {
  let folder: string
  let data: string
  let model: string
  let training: CommandResult
  const reading = ['--time', 'time', '--series', 'shop']

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attentive-forecast-'))
    data = join(folder, 'sales.csv')
    model = join(folder, 'models/sales')
    await writeFile(data, table(400))
    training = await command([
      ...['forecast', 'train', '--train', data, ...reading, '--target', 'sold', '--future', 'price'],
      ...['--lookback', '24', '--horizon', '6', '--epochs', '6', '--learning-rate', '0.01', '--out', model],
    ])
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true }))

  it('trains with the last fifth of the rows as validation, and says what comes next', () => {
    expect(training).toMatchObject({ code: 0 })
    expect(training.stderr).toMatch(/^2 series: 640 rows to learn from, the last 160 to validate/)
    expect(training.stdout).toContain(`attentive forecast run --model ${model} --history ${data}`)
  })

  it('will not write over a run', async () => {
    const again = await command([
      'forecast',
      'train',
      '--train',
      data,
      '--out',
      model,
      '--lookback',
      '24',
      '--horizon',
      '6',
    ])
    expect(again.code).toBe(2)
    expect(again.stderr).toMatch(/holds a model or a training run.*--resume/s)
  })

  it('evaluates without being told again how the table is read, beside simple methods, with intervals', async () => {
    const { code, stdout } = await command([
      ...['forecast', 'evaluate', '--model', model, '--test', data, '--split', '0.6,0.2,0.2', '--json'],
    ])
    expect(code).toBe(0)
    const { scores } = JSON.parse(stdout)
    expect(Object.keys(scores)).toEqual(['lstm-attention', 'naive', 'seasonal-naive'])
    expect(scores['lstm-attention'].mae).toBeLessThan(scores['seasonal-naive'].mae)
    expect(scores['lstm-attention'].standardised.mse).toBeGreaterThan(0)
    const covered = scores['lstm-attention'].intervals.find(
      (one: { coverage: number }) => one.coverage === 0.9,
    )
    expect(covered.measured).toBeGreaterThan(0.75)
  })

  it('forecasts into a table that a spreadsheet can open, and draws it', async () => {
    const future = join(folder, 'future.csv')
    const rows = table(406).split('\n')
    await writeFile(
      future,
      [rows[0], ...rows.filter((line) => / 1[6-9]:| 2[0-3]:/.test(line) && line.includes('2024-01-17'))].join(
        '\n',
      ),
    )
    const [out, plot] = [join(folder, 'forecast.csv'), join(folder, 'forecast.svg')]
    const { code, stderr } = await command([
      ...['forecast', 'run', '--model', model, '--history', data, '--future', future],
      ...['--coverage', '0.9', '--out', out, '--plot', plot],
    ])
    expect([code, stderr]).toEqual([0, `Wrote 12 rows to ${out}.\n`])
    const lines = (await readFile(out, 'utf8')).trim().split('\n')
    expect(lines[0]).toBe('series,time,sold,sold:q0.05,sold:q0.95')
    expect(lines).toHaveLength(13)
    expect(lines[1]).toMatch(/^north,2024-01-17 16:00,/)
    expect(lines[7]).toMatch(/^'=south,/)
    for (const line of lines.slice(1)) {
      const [middle, low, high] = line.split(',').slice(2).map(Number) as [number, number, number]
      expect(low).toBeLessThan(middle)
      expect(high).toBeGreaterThan(middle)
    }
    expect(await readFile(plot, 'utf8')).toContain('<svg')
  })

  it('says which steps of the horizon it has no price for', async () => {
    const { code, stderr } = await command(['forecast', 'run', '--model', model, '--history', data])
    expect(code).toBe(1)
    expect(stderr).toMatch(/price for all 6 steps of the horizon, 2024-01-17 16:00 … 2024-01-17 21:00/)
  })

  it('takes no price that is missing for a known one, until it is told to carry the last one on', async () => {
    const future = join(folder, 'holes.csv')
    const hole = (line: string) => (line.includes('2024-01-17 20:') ? line.replace(/,[^,]*$/, ',') : line)
    await writeFile(future, table(406).split('\n').map(hole).join('\n'))
    const args = ['forecast', 'run', '--model', model, '--history', data, '--future', future]
    const refused = await command(args)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(
      /--future: expected price for all 6 steps .* north: no price at 2024-01-17 20:00/,
    )
    expect(refused.stderr).toContain('--missing-future previous')
    const out = join(folder, 'carried.jsonl')
    const { code } = await command([...args, '--missing-future', 'previous', '--out', out])
    const rows = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([code, rows.length]).toEqual([0, 12])
    expect(rows[0]).toMatchObject({ series: 'north', time: '2024-01-17 16:00', sold: expect.any(Number) })
    expect(rows[6]).toMatchObject({ series: '=south' })
  })

  it('compares models and simple methods over the same folds, best first', async () => {
    const plot = join(folder, 'models.png')
    const { code, stdout } = await command([
      ...[
        'forecast',
        'compare',
        '--data',
        data,
        ...reading,
        '--target',
        'sold',
        '--lookback',
        '24',
        '--horizon',
        '6',
      ],
      ...['--models', 'linear,theta', '--folds', '4', '--epochs', '2', '--plot', plot],
    ])
    expect(code).toBe(0)
    const [head, columns, ...rows] = stdout.trim().split('\n')
    expect(head).toContain('8 folds, 6 steps ahead')
    expect(columns).toMatch(/MAE +RMSE +sMAPE % +MASE +in 90 %/)
    expect(rows.map((row) => row.split(/\s+/)[0]).sort()).toEqual([
      'linear',
      'naive',
      'seasonal-naive',
      'theta',
    ])
    const errors = rows.map((row) => Number(row.split(/\s+/)[1]))
    expect(errors).toEqual(errors.toSorted((a, b) => a - b))
    expect((await stat(plot)).size).toBeGreaterThan(10_000)
  })

  it('backtests a trained model by its folder', async () => {
    const { code, stdout } = await command([
      ...['forecast', 'backtest', '--data', data, '--models', model, '--folds', '3', '--json'],
    ])
    expect(code).toBe(0)
    expect(Object.keys(JSON.parse(stdout).scores)).toEqual([model, 'seasonal-naive', 'naive'])
  })

  it('serves a blend as it serves a network, calibrated or not', async () => {
    const network = await NeuralForecaster.load(model)
    const validation = (await readTableSeries(data, network.config.table ?? {})).map((series) =>
      series.slice(240, 320),
    )
    const blended = await BlendedForecaster.learn(network, validation)
    const calibrated = await ConformalForecaster.calibrate(blended, validation, { coverages: [0.9] })
    const [plain, withIntervals] = [join(folder, 'models/blend'), join(folder, 'models/calibrated')]
    await blended.save(plain)
    await calibrated.save(withIntervals)
    await blended.dispose()
    for (const place of [plain, withIntervals]) {
      const evaluated = await command([
        ...['forecast', 'evaluate', '--model', place, '--test', data, '--split', '0.6,0.2,0.2', '--json'],
      ])
      expect(evaluated.code).toBe(0)
      const { scores } = JSON.parse(evaluated.stdout)
      expect(Object.keys(scores)).toEqual(['lstm-attention and naive', 'naive', 'seasonal-naive'])
      expect(scores['lstm-attention and naive'].intervals).toHaveLength(place === plain ? 0 : 1)
      const future = join(folder, 'future-of-blend.csv')
      await writeFile(future, table(406))
      const forecast = await command([
        ...['forecast', 'run', '--model', place, '--history', data, '--future', future, '--json'],
      ])
      expect(forecast.code).toBe(0)
      const backtest = await command([
        ...['forecast', 'backtest', '--data', data, '--models', place, '--folds', '2', '--json'],
      ])
      expect(Object.keys(JSON.parse(backtest.stdout).scores)).toContain(place)
    }
  })

  it.each([
    [['--target', 'prize'], /a column "prize".*Did you mean "price"/s, 1],
    [['--split', '0.5,2'], /whole numbers of rows, or shares below 1/, 2],
    [['--resample', '1h:median'], /one of mean, sum/, 2],
    [['--past', 'price', '--model', 'segrnn'], /reads its targets alone/, 2],
    [['--quantiles', '0.5,1'], /probabilities between 0 and 1/, 2],
  ])('explains %j', async (flags, message, code) => {
    const result = await command([
      ...['forecast', 'train', '--train', data, ...reading, '--lookback', '24', '--horizon', '6'],
      ...['--out', join(folder, 'none'), ...flags],
    ])
    expect([result.code, result.stdout]).toEqual([code, ''])
    expect(result.stderr).toMatch(message)
    await expect(stat(join(folder, 'none'))).rejects.toThrow()
  })

  it('goes on after Ctrl-C where it stopped, to the same model', async () => {
    const flags = [
      ...[
        'forecast',
        'train',
        '--train',
        data,
        ...reading,
        '--target',
        'sold',
        '--lookback',
        '24',
        '--horizon',
        '6',
      ],
      ...['--model', 'linear', '--epochs', '8', '--out'],
    ]
    const [whole, parted] = [join(folder, 'whole'), join(folder, 'parted')]
    await command([...flags, whole])
    const stopped = await command([...flags, parted], { interruptAt: /epoch 3\/8/ })
    expect(stopped.stderr).toMatch(/Go on with\n {2}attentive forecast train .* --resume/)
    await command([...flags, parted, '--resume'])
    const weights = (name: string) => readFile(join(name, 'model.safetensors'))
    expect(await weights(parted)).toEqual(await weights(whole))
  })
})
