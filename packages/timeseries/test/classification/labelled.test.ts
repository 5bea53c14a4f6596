import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type LabelledSeries,
  labelledBy,
  readLabelledRows,
  readPanel,
  splitLabelled,
  TimeSeries,
} from '../../src/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-labelled-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const plain = (labelled: readonly LabelledSeries[]) =>
  labelled.map(({ series, label }) => [label, [...series.values]])

describe('a panel', () => {
  const csv = 'patient,step,lead,state\nA,0,1,well\nA,1,2,well\nB,0,5,7\nB,1,6,7\n'

  it('is labelled by a static column, whether its labels are texts or numbers', async () => {
    const panel = await readPanel(await file('panel.csv', csv), {
      series: 'patient',
      channels: ['lead'],
      statics: ['state'],
    })
    const labelled = labelledBy(panel, 'state')
    expect(plain(labelled)).toEqual([
      ['well', [1, 2]],
      ['7', [5, 6]],
    ])
    expect(labelled[0]?.series.name).toBe('A')
  })

  it('says which series has no label', () => {
    const one = new TimeSeries({ values: [1], name: 'A', statics: { state: '' } })
    expect(() => labelledBy([one], 'state')).toThrow(
      /statics \(A\).*a label in "state", received an empty one/,
    )
    expect(() => labelledBy([one], 'toString')).toThrow(/received state/)
  })
})

describe('wide tables', () => {
  it('may be divided by spaces, with labels as floating-point numbers (UCR 2015)', async () => {
    const text = '  1.0000000e+00 -1.5 2.0e-1\n  -2.0000000e+00  3 4\n'
    expect(plain(await readLabelledRows(await file('a.txt', text)))).toEqual([
      ['1', [-1.5, 0.2]],
      ['-2', [3, 4]],
    ])
  })

  it('may be divided by tabs and filled up (UCR 2018); missing values within stay', async () => {
    const text = '1\t0.5\tNaN\t0.75\n2\t0.25\tNaN\tNaN\n'
    const labelled = await readLabelledRows(await file('a.tsv', gzipSync(text)))
    expect(plain(labelled)).toEqual([
      ['1', [0.5, Number.NaN, 0.75]],
      ['2', [0.25]],
    ])
    expect(labelled.map(({ series }) => series.name)).toEqual(['row 1', 'row 2'])
  })

  it('may have a header, and the label anywhere', async () => {
    const text = 't0,t1,class\n1,2,"sick, badly"\n3,4,well\n'
    const expected = [
      ['sick, badly', [1, 2]],
      ['well', [3, 4]],
    ]
    const path = await file('header.csv', text)
    expect(plain(await readLabelledRows(path, { label: 'class' }))).toEqual(expected)
    expect(plain(await readLabelledRows(path, { label: -1 }))).toEqual(expected)
    expect(plain(await readLabelledRows(path, { label: 2, header: true }))).toEqual(expected)
  })

  it('have a header of numbers where that is said', async () => {
    const path = await file('numbers.csv', 'label;0;1\nx;1,5;2\n')
    const labelled = await readLabelledRows(path, { header: true, decimal: ',' })
    expect(plain(labelled)).toEqual([['x', [1.5, 2]]])
  })

  it('are refused with file, line and cell', async () => {
    const broken = await file('broken.csv', '1,2,3\n1,2,x\n')
    await expect(readLabelledRows(broken)).rejects.toThrow(/broken.csv, line 2, cell 3: expected a number/)
    await expect(readLabelledRows(await file('short.csv', '1,2,3\n1,2\n'))).rejects.toThrow(
      /line 2: expected 3 cells/,
    )
    await expect(readLabelledRows(await file('none.csv', '1,2\n?,2\n'))).rejects.toThrow(
      /line 2, cell 1: expected a label, received "\?"/,
    )
    await expect(readLabelledRows(await file('names.csv', 'label,a,b\n'))).rejects.toThrow(
      /series in each row/,
    )
    await expect(readLabelledRows(broken, { label: 'class' })).rejects.toThrow(/a column "class" with labels/)
    await expect(readLabelledRows(broken, { label: 3 })).rejects.toThrow(/a column 3 with labels.*3 columns/)
    await expect(readLabelledRows(broken, { labels: 0 } as object)).rejects.toThrow(/labels: expected one of/)
    await expect(readLabelledRows(join(folder, 'nowhere.csv'))).rejects.toThrow(/nowhere.csv/)
  })
})

describe('parts', () => {
  const labelled = Array.from({ length: 100 }, (_, i) => ({
    series: new TimeSeries({ values: [i] }),
    label: i % 10 === 0 ? 'rare' : 'frequent',
  }))
  const share = (part: readonly LabelledSeries[], of: string) =>
    part.filter(({ label }) => label === of).length

  it('have all classes in the same proportions, and each series once', () => {
    const parts = splitLabelled(labelled, [0.7, 0.2, 0.1])
    expect(parts.map((part) => [share(part, 'rare'), share(part, 'frequent')])).toEqual([
      [7, 63],
      [2, 18],
      [1, 9],
    ])
    const values = parts.flat().map(({ series }) => series.values[0])
    expect(new Set(values).size).toBe(100)
  })

  it('are rounded where shares do not come out even', () => {
    const ten = labelled.slice(1, 10).concat(labelled.slice(11, 12))
    const sizes = splitLabelled(ten, [0.33, 0.33, 0.34]).map((part) => part.length)
    expect(sizes).toEqual([3, 4, 3])
  })

  it('are drawn by the seed, and keep their order', () => {
    const [first, same, other] = [1, 1, 2].map((seed) => splitLabelled(labelled, [0.5], { seed })[0])
    expect(plain(first as LabelledSeries[])).toEqual(plain(same as LabelledSeries[]))
    expect(plain(first as LabelledSeries[])).not.toEqual(plain(other as LabelledSeries[]))
    const values = (first as LabelledSeries[]).map(({ series }) => series.values[0] as number)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
  })

  it('must be shares', () => {
    for (const shares of [[], [0.6, 0.6], [0, 1], [2], [Number.NaN]])
      expect(() => splitLabelled(labelled, shares)).toThrow(/shares that add up to 1/)
  })
})
