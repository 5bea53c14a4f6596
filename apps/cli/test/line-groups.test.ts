import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { fullGroups, lineGroups } from '../src/line-groups.js'

async function groupsOf(chunks: readonly (string | Uint8Array)[], size?: number): Promise<string[][]> {
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  const groups: string[][] = []
  for await (const group of lineGroups(stream, { size })) groups.push(group)
  return groups
}

describe('lineGroups', () => {
  it('gives what arrives together as one group, and lines as soon as they are whole', async () => {
    expect(await groupsOf(['a\nb\nc', 'd\r\n', '\n', 'e'])).toEqual([['a', 'b'], ['cd'], [''], ['e']])
  })

  it('cuts large chunks into groups of at most `size`', async () => {
    expect(await groupsOf(['a\nb\nc\nd\ne\n'], 2)).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('joins characters whose bytes arrive apart, and replaces broken ones', async () => {
    const bytes = Buffer.from('Tür 🚪\n')
    const chunks = [...bytes].map((byte) => Uint8Array.of(byte))
    expect((await groupsOf(chunks)).flat()).toEqual(['Tür 🚪'])
    expect(await groupsOf([Uint8Array.of(0x61, 0xff, 0x62, 0x0a)])).toEqual([['a\ufffdb']])
  })

  it('has no groups for an empty stream', async () => {
    expect(await groupsOf([])).toEqual([])
  })

  describe('a line that is no sentence', () => {
    const endless = Array.from({ length: 100 }, () => 'x'.repeat(1000))

    it('is refused by its number, without waiting for its end', async () => {
      const groups = lineGroups(Readable.from(['one\ntwo\n', ...endless].map((chunk) => Buffer.from(chunk))))
      expect((await groups.next()).value).toEqual(['one', 'two'])
      await expect(groups.next()).rejects.toThrow(
        'standard input, line 3: expected at most 20000 characters, received more.',
      )
    })

    it('is refused after those before it, though they come together', async () => {
      const groups = lineGroups(Readable.from([Buffer.from(`one\ntwo\n${endless.join('')}\nthree\n`)]))
      expect((await groups.next()).value).toEqual(['one', 'two'])
      await expect(groups.next()).rejects.toThrow(/line 3/)
    })

    it('counts as an empty one, if asked, and is told once', async () => {
      const told: number[] = []
      const chunks = ['one\n', ...endless, '\r\ntwo\n', `${endless.join('')}\nthree\n`, ...endless]
      const lines: string[] = []
      const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
      for await (const group of lineGroups(stream, { onTooLong: ({ line }) => told.push(line) }))
        lines.push(...group)
      expect(lines).toEqual(['one', '', 'two', '', 'three', ''])
      expect(told).toEqual([2, 4, 6])
    })

    it('is longer than 20,000 characters, its end not counted', async () => {
      const longest = 'x'.repeat(20_000)
      expect(await groupsOf([`${longest}\n`, longest, '\r', '\n', `${longest}\r\n`])).toEqual([
        [longest],
        [longest],
        [longest],
      ])
      await expect(groupsOf([`${longest}x\n`])).rejects.toThrow(/line 1/)
    })
  })
})

it('fullGroups fills groups up, and gives what came before an error', async () => {
  const arriving = async function* (...groups: (string[] | Error)[]) {
    for (const group of groups) {
      if (group instanceof Error) throw group
      yield group
    }
  }
  const collect = async (groups: AsyncIterable<string[]>) => {
    const given: (string[] | string)[] = []
    try {
      for await (const group of fullGroups(groups, 2)) given.push([...group])
    } catch (error) {
      given.push((error as Error).message)
    }
    return given
  }
  expect(await collect(arriving(['a'], ['b', 'c', 'd', 'e'], []))).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  expect(await collect(arriving(['a', 'b', 'c'], new Error('no')))).toEqual([['a', 'b'], ['c'], 'no'])
})
