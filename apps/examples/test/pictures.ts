/** Whether files are the pictures that their names say. */
import { readFile } from 'node:fs/promises'
import { inflateSync } from 'node:zlib'
import { expect } from 'vitest'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A PNG of 8 bits a channel, whole to its last pixel. */
export async function expectPng(file: string): Promise<void> {
  const png = await readFile(file)
  expect(png.subarray(0, 8)).toEqual(signature)
  const chunks = chunksOf(png)
  expect(chunks[0]?.type).toBe('IHDR')
  expect(chunks.at(-1)?.type).toBe('IEND')
  const header = chunks[0]?.data as Buffer
  const [width, height, depth, color] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]]
  const channels = { 2: 3, 6: 4 }[color as number]
  expect([depth, channels]).toEqual([8, expect.any(Number)])
  const pixels = inflateSync(
    Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)),
  )
  // Each row has a byte for its filter in front.
  expect(pixels.length).toBe(height * (1 + width * (channels as number)))
  expect(width * height).toBeGreaterThan(10_000)
}

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

/** An SVG whose tags are closed in the order in which they were opened, with nothing in it that needs escaping. */
export async function expectSvg(file: string): Promise<void> {
  const svg = await readFile(file, 'utf8')
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
  const open: string[] = []
  const rest = svg.replaceAll(
    /<(\/?)([a-zA-Z]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g,
    (_, end, name, alone) => {
      if (end) expect(open.pop()).toBe(name)
      else if (!alone) open.push(name)
      return ''
    },
  )
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>]|&(?!\w+;|#\d+;)/)
}
