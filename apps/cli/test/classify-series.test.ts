import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandResult, command } from './command.js'

/** Series with one bump early or late: rows as in the UCR archive, the label first. */
const rows = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => {
    const label = (i + from) % 3 === 0 ? 2 : 1
    const center = (label === 1 ? 6 : 18) + ((i + from) % 4)
    const steps = Array.from({ length: 28 }, (_, t) =>
      (Math.exp(-((t - center) ** 2) / 6) + 0.1 * Math.sin(t * (i + from))).toFixed(4),
    )
    return [label, ...steps].join('\t')
  })

/** The same, a row for each step. */
const long = (count: number) =>
  [
    'walk,time,value,person',
    ...rows(count, 0).flatMap((row, i) => {
      const [label, ...steps] = row.split('\t')
      return steps.map(
        (value, t) =>
          `w${i},2024-01-01 00:${String(t).padStart(2, '0')},${value},${label === '1' ? 'ann' : 'bob'}`,
      )
    }),
  ].join('\n')

describe('attentive classify-series', () => {
  let folder: string
  let model: string
  let test: string
  let training: CommandResult
  const quick = ['--epochs', '25', '--learning-rate', '0.01']

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attentive-classify-'))
    model = join(folder, 'bumps')
    test = join(folder, 'test.tsv')
    await writeFile(join(folder, 'train.tsv'), rows(90, 0).join('\n'))
    await writeFile(test, rows(30, 200).join('\n'))
    training = await command([
      ...[
        'classify-series',
        'train',
        '--train',
        join(folder, 'train.tsv'),
        '--balanced',
        ...quick,
        '--out',
        model,
      ],
    ])
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true }))

  it('trains on four fifths of the series', () => {
    expect(training).toMatchObject({ code: 0 })
    expect(training.stderr).toMatch(/^72 series to learn from, 18 to validate/)
  })

  it('evaluates by class', async () => {
    const { code, stdout } = await command(['classify-series', 'evaluate', '--model', model, '--test', test])
    expect(code).toBe(0)
    expect(Number(/^30 series: accuracy ([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThan(0.9)
    expect(stdout).toMatch(/class +precision +recall +F1 +series\n1 .*\n2 /)
    expect(stdout).toContain('is \\ said')
  })

  it('says of each series which class it is, and draws what counted', async () => {
    const [out, plot] = [join(folder, 'classes.csv'), join(folder, 'bump.svg')]
    const { code, stderr } = await command([
      ...['classify-series', 'run', '--model', model, '--data', test, '--out', out, '--plot', plot],
    ])
    expect([code, stderr]).toEqual([0, `Wrote 30 rows to ${out}.\n`])
    const lines = (await readFile(out, 'utf8')).trim().split('\n')
    expect(lines[0]).toBe('series,class,p(1),p(2)')
    expect(lines).toHaveLength(31)
    for (const line of lines.slice(1)) {
      const [, label, one, two] = line.split(',')
      expect(Number(one) + Number(two)).toBeCloseTo(1, 4)
      expect(label).toBe(Number(one) > Number(two) ? '1' : '2')
    }
    expect(await readFile(plot, 'utf8')).toContain('<svg')
  })

  it('writes an object for each series into a file that ends in .jsonl', async () => {
    const out = join(folder, 'classes.jsonl')
    await command(['classify-series', 'run', '--model', model, '--data', test, '--out', out])
    const [first] = (await readFile(out, 'utf8')).split('\n')
    expect(Object.keys(JSON.parse(first as string))).toEqual(['series', 'class', 'p(1)', 'p(2)'])
  })

  it('reads tables with a row for each time, and reads them again without being told how', async () => {
    const [data, gait] = [join(folder, 'walks.csv'), join(folder, 'gait')]
    await writeFile(data, long(60))
    const columns = ['--series', 'walk', '--time', 'time', '--label', 'person']
    const trained = await command([
      ...['classify-series', 'train', '--train', data, ...columns, ...quick, '--out', gait],
    ])
    expect(trained.code).toBe(0)
    const { stdout } = await command(['classify-series', 'run', '--model', gait, '--data', data])
    expect(stdout.split('\n')[0]).toBe('series,class,p(ann),p(bob)')
    expect(stdout.split('\n')[1]).toMatch(/^w0,/)
  })

  it('wants a label where it cannot guess one', async () => {
    const { code, stderr } = await command([
      ...['classify-series', 'train', '--train', test, '--series', 'walk', '--out', join(folder, 'none')],
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('--label')
  })
})
