import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createGzip } from 'node:zlib'
import { Rng } from '@attentive/core'
import { expect, it } from 'vitest'
import { temporaryFolder } from './tiny-training.js'

const child = fileURLToPath(new URL('./large-corpus-child.ts', import.meta.url))
const heapMegabytes = 80

/** Long words: what counts here is the length of the text, and reading words takes time. */
const words = Array.from({ length: 100 }, (_, i) => `word${i}`.padEnd(320, '-'))

/** Sentences, one in four far too long to train on; the last word of each is found nowhere else. */
function* textOf(lines: number, seed: number): Generator<string> {
  const rng = new Rng(seed)
  for (let line = 0; line < lines; line++) {
    const sentence = Array.from({ length: line % 4 === 0 ? 60 : 8 }, () => words[rng.nextInt(100)])
    yield `${sentence.join(' ')} a-word-of-its-own-${line}\n`
  }
}

/** @returns its length before it was packed. */
async function writeText(path: string, lines: number, seed: number): Promise<number> {
  let length = 0
  const counted = function* () {
    for (const line of textOf(lines, seed)) {
      length += line.length
      yield line
    }
  }
  await pipeline(Readable.from(counted()), createGzip({ level: 1 }), createWriteStream(path))
  return length
}

it('a corpus that is larger than the memory trains', { timeout: 300_000 }, async () => {
  const folder = await temporaryFolder()
  const [source, target] = [join(folder, 'a.gz'), join(folder, 'b.gz')]
  const length = (await writeText(source, 8000, 1)) + (await writeText(target, 8000, 2))
  const flags = [`--max-old-space-size=${heapMegabytes}`, '--max-semi-space-size=4', '--import', 'tsx']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, child, source, target])
  const { heapLimit, ...told } = JSON.parse(stdout)
  expect(heapLimit).toBeLessThan(length)
  expect(told).toEqual({ steps: 5, stoppedBy: 'interrupt', words: 104 })
})
