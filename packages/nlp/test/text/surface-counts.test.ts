import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Rng } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { SurfaceCounts } from '../../src/text/surface-counts.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

describe('SurfaceCounts', () => {
  it('counts each word at the start of sentences and elsewhere', () => {
    const counts = new SurfaceCounts()
    for (const atStart of [true, false, false]) counts.add('word', atStart)
    expect([...counts.atStart]).toEqual([['word', 1]])
    expect([...counts.inside]).toEqual([['word', 2]])
  })

  it('forgets the rarest words where there are too many, and counts the others right', () => {
    const counts = new SurfaceCounts(100)
    const rng = new Rng(1)
    const frequent = Array.from({ length: 20 }, (_, i) => `frequent${i}`)
    let largest = 0
    for (let i = 0; i < 5000; i++) {
      counts.add(frequent[i % 20] as string, true)
      counts.add(`rare${rng.nextInt(1_000_000)}`, false)
      largest = Math.max(largest, counts.atStart.size + counts.inside.size)
    }
    expect(largest).toBe(100)
    for (const word of frequent) expect(counts.atStart.get(word)).toBe(250)
  })

  it('makes room even where all words are equally frequent', () => {
    const counts = new SurfaceCounts(10)
    for (let i = 0; i < 1000; i++) for (let k = 0; k < 3; k++) counts.add(`word${i}`, false)
    expect(counts.inside.size).toBeLessThanOrEqual(10)
    expect(counts.inside.get('word999')).toBe(3)
  })

  it('does not keep the lines that the words stand in', () => {
    const counts = new SurfaceCounts()
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 1000; i++) {
      const line = Buffer.from(`${'word '.repeat(3900)}quite-a-long-word-${i}`).toString()
      for (const word of line.split(' ')) counts.add(word, false)
    }
    collectGarbage()
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(5)
  })
})
