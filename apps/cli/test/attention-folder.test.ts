import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attentionMap } from '@attentive/core'
import type { Translation } from '@attentive/nlp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AttentionFolder } from '../src/commands/translate/attention-folder.js'

/** A translation with so many tokens on each side. */
function translationOf(targetTokens: number, sourceTokens: number): Translation {
  const [rows, columns] = [targetTokens, sourceTokens].map((n) => Array.from({ length: n }, () => 'x'))
  const map = { rows, columns, weights: new Float32Array(targetTokens * sourceTokens).fill(0.5) } as never
  const drawing = {
    toSvg: () => attentionMap(map).toSvg(),
    toPng: () => attentionMap(map).toPng(),
  }
  return { attention: { ...(map as object), ...drawing } } as Translation
}

describe('AttentionFolder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attentive-attention-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('writes the numbers alone of what is too large for a picture, and goes on', async () => {
    const told: string[] = []
    const pictures = new AttentionFolder(folder, (message) => told.push(message))
    await pictures.add(translationOf(401, 100))
    await pictures.add(translationOf(2, 3))
    expect(told).toEqual([
      'attention-1: 401 × 100 tokens are too many to draw (at most 40000 cells): only its numbers are written',
    ])
    const names = ['attention-1.json', 'attention-2.json', 'attention-2.png', 'attention-2.svg']
    expect((await readdir(folder)).sort()).toEqual(names)
    const { weights } = JSON.parse(await readFile(join(folder, 'attention-1.json'), 'utf8'))
    expect(weights).toHaveLength(401)
    expect(weights[400]).toEqual(new Array(100).fill(0.5))
  })
})
