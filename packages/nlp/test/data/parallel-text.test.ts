import { mkdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { DataError, InvalidArgumentError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BadLine,
  type ParallelText,
  type ParallelTextOptions,
  parallelText,
} from '../../src/data/index.js'
import { collect, pathOf, write } from './files.js'

const texts = async (pairs: ParallelText) =>
  (await collect(pairs)).map(({ source, target }) => [source, target])

/** Reads with `skip` and returns what was read and what was passed over. */
async function readSkipping(open: (options: ParallelTextOptions) => ParallelText) {
  const bad: BadLine[] = []
  const pairs = open({ onBadLine: 'skip', onSkip: (line) => bad.push(line) })
  const read = await texts(pairs)
  expect(pairs.skipped).toBe(bad.length)
  return { read, bad: bad.map(({ line, reason }) => `${line}: ${reason}`) }
}

describe('two files', () => {
  const english = write('a.en', 'One.\r\nTwo.\nThree.')
  const german = write('a.de', '\uFEFFEins.\nZwei.\nDrei.\n')

  it('gives pairs with file and line, as often as asked', async () => {
    const pairs = parallelText(english, german)
    const all = await collect(pairs)
    expect(all[1]).toEqual({ source: 'Two.', target: 'Zwei.', file: english, line: 2 })
    expect(all.map(({ target }) => target)).toEqual(['Eins.', 'Zwei.', 'Drei.'])
    expect(await collect(pairs)).toEqual(all)
  })

  it('opens nothing before it is read', () => {
    expect(() => parallelText(pathOf('nowhere.en'), pathOf('nowhere.de'))).not.toThrow()
  })

  it('lets a reader stop early', async () => {
    for await (const { source } of parallelText(english, german)) {
      expect(source).toBe('One.')
      break
    }
  })

  it('reads gzip files, by content and not by name', async () => {
    const packed = write('packed.en', gzipSync('One.\nTwo.\nThree.\n'))
    expect(await texts(parallelText(packed, german))).toEqual([
      ['One.', 'Eins.'],
      ['Two.', 'Zwei.'],
      ['Three.', 'Drei.'],
    ])
    const twoMembers = write('members.en.gz', Buffer.concat([gzipSync('One.\nTw'), gzipSync('o.\nThree.\n')]))
    expect((await texts(parallelText(twoMembers, german)))[1]).toEqual(['Two.', 'Zwei.'])
  })

  it('keeps the place of empty texts, and of bad lines, where that is asked for', async () => {
    const gaps = write('gaps.en', Buffer.from('One.\n \n\xff\n', 'latin1'))
    const table = write('gaps.tsv', 'One.\tEins.\n\tZwei.\njust one column\n')
    for (const open of [
      (options: ParallelTextOptions) => parallelText(gaps, german, options),
      (options: ParallelTextOptions) => parallelText(table, options),
    ]) {
      const kept = await collect(open({ allowEmpty: true, onBadLine: 'skip' }))
      expect(kept.map(({ source, target }) => [source.trim(), target])).toEqual([
        ['One.', 'Eins.'],
        ['', 'Zwei.'],
      ])
      await expect(collect(open({ allowEmpty: true }))).rejects.toThrow(/line 3: expected a pair of texts/)
      const told: number[] = []
      const all = await collect(open({ onBadLine: 'empty', onSkip: ({ line }) => told.push(line) }))
      expect(all.map(({ source, target }) => source + target)).toEqual(['One.Eins.', '', ''])
      expect(told).toEqual([2, 3])
    }
  })

  it('names both counts when the lines do not correspond', async () => {
    const shorter = write('short.de', 'Eins.\n')
    await expect(collect(parallelText(english, shorter))).rejects.toThrow(
      `${english}, ${shorter}: expected files with the same number of lines, received 3 and 1 lines.`,
    )
    await expect(collect(parallelText(shorter, english, { onBadLine: 'skip' }))).rejects.toThrow(
      /received 1 and 3 lines/,
    )
  })

  it.each([
    ['an empty line', '', 'an empty line'],
    ['only spaces', ' \u3000\t', 'an empty line'],
    ['a broken character', Buffer.from([0x61, 0xc3, 0x28]), 'not valid UTF-8'],
    ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80]), 'not valid UTF-8'],
    ['binary data', Buffer.from([0x61, 0, 0x62]), 'a NUL character: the file looks binary'],
    ['a line of 100,000 characters', 'x'.repeat(100_000), 'longer than 20000 characters'],
  ])('names or skips a bad line: %s', async (_, content, reason) => {
    const bad = write(
      'bad.de',
      Buffer.concat([Buffer.from('Eins.\n'), Buffer.from(content as string), Buffer.from('\nDrei.\n')]),
    )
    await expect(collect(parallelText(english, bad))).rejects.toThrow(DataError)
    await expect(collect(parallelText(english, bad))).rejects.toThrow(
      `${bad}, line 2: expected a pair of texts, received ${reason}. Mend the line, or`,
    )
    const { read, bad: lines } = await readSkipping((options) => parallelText(english, bad, options))
    expect(read).toEqual([
      ['One.', 'Eins.'],
      ['Three.', 'Drei.'],
    ])
    expect(lines).toEqual([`2: ${reason}`])
  })

  it('takes long lines when told to', async () => {
    const long = write('long.de', `${'x'.repeat(100_000)}\nb\nc\n`)
    const [first] = await collect(parallelText(english, long, { maxLength: 100_000 }))
    expect(first?.target).toHaveLength(100_000)
  })

  it('does not fill the memory with a line that never ends', async () => {
    const endless = write('endless.de', gzipSync(Buffer.alloc(96 * 2 ** 20, 'x')))
    const before = process.memoryUsage().rss
    await expect(collect(parallelText(english, endless))).rejects.toThrow(/line 1.*longer than/s)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  })

  it('keeps emoji, right-to-left text and other line separators inside a line', async () => {
    const source = write('odd.en', 'a\u2028b 😀👩‍👩‍👧\nשלום \u202Eעולם\nc\u0085d\x0Be')
    expect((await texts(parallelText(source, german))).map(([text]) => text)).toEqual([
      'a\u2028b 😀👩‍👩‍👧',
      'שלום \u202Eעולם',
      'c\u0085d\x0Be',
    ])
  })

  it('reads what was written, however the bytes fall into chunks', async () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .map((text) => `x${text.replace(/[\r\n\0]/g, '')}`)
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), fc.nat(3), async (lines, repeats) => {
        const many = Array.from({ length: 1 + repeats * 500 }, () => lines).flat()
        const path = write('any.txt', many.join('\n'))
        expect((await texts(parallelText(path, path))).map(([text]) => text)).toEqual(many)
      }),
      { numRuns: 20 },
    )
  })
})

describe('files that cannot be used', () => {
  it('are named when missing, folders or empty', async () => {
    const empty = write('empty', '')
    mkdirSync(pathOf('folder'))
    await expect(collect(parallelText(pathOf('none'), empty))).rejects.toThrow(
      /none: expected a readable file.*ENOENT/,
    )
    await expect(collect(parallelText(empty, pathOf('folder')))).rejects.toThrow(DataError)
    await expect(collect(parallelText(empty, empty))).rejects.toThrow(
      /expected at least one pair of texts, received an empty file/,
    )
    await expect(collect(parallelText(empty, { format: 'jsonl' }))).rejects.toThrow(DataError)
    const bad = write('bad.jsonl', '{\n[]\n')
    await expect(collect(parallelText(bad, { onBadLine: 'skip' }))).rejects.toThrow(
      /received 2 bad lines and no pair/,
    )
  })

  it('are named when a gzip file is cut off or corrupt', async () => {
    const packed = gzipSync('One.\nTwo.\n'.repeat(10_000))
    const cut = write('cut.tsv.gz', packed.subarray(0, packed.length - 20))
    await expect(collect(parallelText(cut))).rejects.toThrow(/cut\.tsv\.gz/)
    const corrupt = write('corrupt.en.gz', Buffer.concat([packed.subarray(0, 30), Buffer.alloc(500, 7)]))
    await expect(collect(parallelText(corrupt, corrupt))).rejects.toThrow(
      /corrupt\.en\.gz: expected a readable file/,
    )
  })

  it('need a format', () => {
    expect(() => parallelText('corpus.txt')).toThrow(InvalidArgumentError)
    expect(() => parallelText('corpus.txt')).toThrow(/format: expected a file named .*corpus\.txt/)
  })
})

describe('TSV', () => {
  it('reads the first two columns, or those asked for', async () => {
    const file = write('a.tsv', 'One.\tEins.\tUn.\n\nTwo "2".\tZwei.\tDeux.\n')
    expect(await texts(parallelText(file))).toEqual([
      ['One.', 'Eins.'],
      ['Two "2".', 'Zwei.'],
    ])
    expect(await texts(parallelText(file, { columns: { source: 2, target: 0 } }))).toEqual([
      ['Un.', 'One.'],
      ['Deux.', 'Two "2".'],
    ])
  })

  it('finds columns by the names in the header', async () => {
    const file = write('named.tsv', 'id\tde\ten\n1\tEins.\tOne.\n')
    const [pair] = await collect(parallelText(file, { columns: { source: 'en', target: 'de' } }))
    expect(pair).toEqual({ source: 'One.', target: 'Eins.', file, line: 2 })
    await expect(collect(parallelText(file, { columns: { source: 'en', target: 'fr' } }))).rejects.toThrow(
      /expected a column "fr" in the header, received "id", "de", "en"/,
    )
  })

  it('names lines without the column', async () => {
    const file = write('missing.tsv', 'One.\tEins.\nTwo.\nThree.\t \nFour.\tVier.\n')
    const { read, bad } = await readSkipping((options) => parallelText(file, options))
    expect(read).toEqual([
      ['One.', 'Eins.'],
      ['Four.', 'Vier.'],
    ])
    expect(bad).toEqual(['2: no text in column 1', '3: an empty column 1'])
  })
})

describe('CSV', () => {
  const options = { columns: { source: 'en', target: 'de' } }

  it('reads quoted fields, also over several lines', async () => {
    const file = write(
      'a.csv',
      '\uFEFFen,de\r\n"One, ""1"".",Eins.\r\n\r\n"Two\r\nlines.","Zwei"\r\nThree.,Drei.',
    )
    const all = await collect(parallelText(file, options))
    expect(all.map(({ source, target, line }) => [source, target, line])).toEqual([
      ['One, "1".', 'Eins.', 2],
      ['Two\nlines.', 'Zwei', 4],
      ['Three.', 'Drei.', 6],
    ])
  })

  it('loses a broken record only', async () => {
    const file = write('broken.csv', 'a,b\n"x"y,z\nc,d\ne"f,g\nh,i\n"j\nk",l\n\xffm,n\n"o,p\nq,r\n')
    const { read, bad } = await readSkipping((skip) => parallelText(file, { ...skip, header: false }))
    expect(read).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['h', 'i'],
      ['j\nk', 'l'],
      ['ÿm', 'n'],
      ['q', 'r'],
    ])
    expect(bad[0]).toMatch(/^2: not valid CSV \(Invalid Closing Quote/)
    expect(bad.slice(1)).toEqual(
      ['4: a quote that is not closed', '8: a quote that is not closed'].map((text) =>
        text.replace('8', '9'),
      ),
    )
  })

  it('does not let an open quote swallow the file', async () => {
    const file = write('open.csv', `a,b\n"c,d\n${'e,f\n'.repeat(20_000)}`)
    const { read, bad } = await readSkipping((skip) => parallelText(file, skip))
    expect(read).toHaveLength(20_001)
    expect(bad).toEqual(['2: a quote that is not closed'])
  })

  it('reads what a CSV writer writes', async () => {
    const field = fc
      .string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', '😀'), minLength: 1, maxLength: 8 })
      .map((text) => `x${text}`)
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 20 }), async (rows) => {
        const file = write('any.csv', rows.map((row) => row.map(quote).join(',')).join('\n'))
        expect(await texts(parallelText(file))).toEqual(rows)
      }),
      { numRuns: 50 },
    )
  })
})

describe('JSONL', () => {
  it('reads source and target, or what is at the given paths', async () => {
    const file = write(
      'a.jsonl',
      '{"source":"One.","target":"Eins."}\n\n{"target":"Zwei.","source":"Two\\n."}\n',
    )
    expect(await texts(parallelText(file))).toEqual([
      ['One.', 'Eins.'],
      ['Two\n.', 'Zwei.'],
    ])
    const nested = write('nested.jsonl.gz', gzipSync('{"translation":{"en":"One.","de":"Eins."}}'))
    const columns = { source: 'translation.en', target: 'translation.de' }
    expect(await texts(parallelText(nested, { columns }))).toEqual([['One.', 'Eins.']])
  })

  it('names what is no object with two texts', async () => {
    const lines = [
      '{"source":"a","target":"b"}',
      '{',
      '[1]',
      'null',
      '"text"',
      '{"source":"a","target":5}',
      '{"source":"a","target":""}',
      '{"source":"a"}',
    ]
    const { read, bad } = await readSkipping((options) =>
      parallelText(write('bad.jsonl', lines.join('\n')), options),
    )
    expect(read).toEqual([['a', 'b']])
    expect(bad[0]).toMatch(/^2: not valid JSON/)
    expect(bad.slice(1)).toEqual([
      '3: no text in column "source"',
      '4: no text in column "source"',
      '5: no text in column "source"',
      '6: no text in column "target"',
      '7: an empty column "target"',
      '8: no text in column "target"',
    ])
  })

  it('does not look into prototypes', async () => {
    const file = write(
      'proto.jsonl',
      '{"__proto__":{"source":"a","target":"b"}}\n{"source":"c","target":"d"}',
    )
    const { read, bad } = await readSkipping((options) => parallelText(file, options))
    expect(read).toEqual([['c', 'd']])
    expect(bad).toHaveLength(1)
    await expect(
      collect(parallelText(file, { columns: { source: 'constructor.name', target: 'source' } })),
    ).rejects.toThrow(/no text in column "constructor.name"/)
  })
})
