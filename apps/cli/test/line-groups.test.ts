import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { lineGroups } from '../src/line-groups.js'

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

  it('refuses a line that is no sentence, by its number, without waiting for its end', async () => {
    const chunks = ['one\ntwo\n', ...Array.from({ length: 100 }, () => 'x'.repeat(1000))]
    await expect(groupsOf(chunks)).rejects.toThrow(
      'standard input, line 3: expected at most 20000 characters, received more.',
    )
    expect((await groupsOf([`${'x'.repeat(20_000)}\n`])).flat()).toEqual(['x'.repeat(20_000)])
  })
})
