import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandResult, command } from './command.js'

/** A rhythm with a little noise; in `wrong` rows it jumps, and a column says so. */
function pulse(rows: number, wrong: readonly number[] = []): string {
  const lines = ['time,pulse,wrong']
  for (let t = 0; t < rows; t++) {
    const time = new Date(Date.UTC(2024, 0, 1, 0, t)).toISOString().slice(0, 16).replace('T', ' ')
    const isWrong = wrong.some((from) => t >= from && t < from + 4)
    const value = 70 + 6 * Math.sin((2 * Math.PI * t) / 20) + Math.sin(t * t * 0.31) + (isWrong ? 30 : 0)
    lines.push(`${time},${value.toFixed(3)},${Number(isWrong)}`)
  }
  return `${lines.join('\n')}\n`
}

describe('attentive detect', () => {
  let folder: string
  let model: string
  let test: string
  let training: CommandResult

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attentive-detect-'))
    model = join(folder, 'pulse')
    test = join(folder, 'test.csv')
    const train = join(folder, 'train.csv')
    await writeFile(train, pulse(900))
    await writeFile(test, pulse(500, [120, 333]))
    training = await command([
      ...['detect', 'train', '--train', train, '--time', 'time', '--target', 'pulse', '--window', '20'],
      ...['--epochs', '6', '--learning-rate', '0.005', '--out', model],
    ])
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true }))

  it('trains, and says from which score on something is strange', () => {
    expect(training.code).toBe(0)
    expect(training.stdout).toMatch(/^Scores above \d+\.\d+ are anomalies/)
    expect(training.stdout).toContain(`attentive detect run --model ${model}`)
  })

  it('writes a row for each event, and draws them', async () => {
    const plot = join(folder, 'found.svg')
    const { code, stdout } = await command([
      'detect',
      'run',
      '--model',
      model,
      '--data',
      test,
      '--plot',
      plot,
    ])
    expect(code).toBe(0)
    const [head, ...rows] = stdout.trim().split('\n')
    expect(head).toBe('start,end,steps,peak,score,channel')
    for (const time of ['2024-01-01 02:0', '2024-01-01 05:3'])
      expect(rows.filter((row) => row.includes(time)).length).toBeGreaterThan(0)
    expect(rows.length).toBeLessThan(7)
    expect(await readFile(plot, 'utf8')).toContain('threshold')
  })

  it('writes an object for each event into a file that ends in .jsonl', async () => {
    const out = join(folder, 'events.jsonl')
    const { code, stderr } = await command(['detect', 'run', '--model', model, '--data', test, '--out', out])
    const events = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([code, stderr]).toEqual([0, `Wrote ${events.length} events to ${out}.\n`])
    expect(Object.keys(events[0])).toEqual(['start', 'end', 'steps', 'peak', 'score', 'channel'])
  })

  it('measures itself against what is true', async () => {
    const { code, stdout } = await command([
      ...['detect', 'evaluate', '--model', model, '--test', test, '--label', 'wrong', '--json'],
    ])
    expect(code).toBe(0)
    const { scores } = JSON.parse(stdout)
    expect(scores.events.recall).toBe(1)
    expect(scores.averagePrecision).toBeGreaterThan(0.5)
  })

  it('says what is missing', async () => {
    const { code, stderr } = await command([
      'detect',
      'evaluate',
      '--model',
      model,
      '--test',
      test,
      '--label',
      'wrng',
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/Did you mean "wrong"/)
    const other = await command(['detect', 'run', '--model', folder, '--data', test])
    expect([other.code, other.stdout]).toEqual([1, ''])
  })
})
