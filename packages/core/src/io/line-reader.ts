/**
 * Lines of a text file, plain or gzip, in constant memory. Bytes are split before they are decoded, so that a broken
 * character spoils its own line only, and a line without end cannot fill the memory.
 */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { createGunzip } from 'node:zlib'
import { DataError } from '../errors.js'

/** A line that could be read, or the reason why it could not. */
export type Line = { number: number; text: string } | { number: number; problem: string }

const newline = 0x0a
const carriageReturn = 0x0d
const gzipMagic = [0x1f, 0x8b]

/** The bytes of a file, unpacked when it starts like a gzip file. */
async function* readBytes(path: string): AsyncGenerator<Buffer> {
  try {
    yield* (await isGzip(path)) ? unpacked(path) : (createReadStream(path) as AsyncIterable<Buffer>)
  } catch (cause) {
    throw new DataError({
      argument: path,
      expected: 'a readable file, plain or gzip',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && gzipMagic.every((byte, i) => buffer[i] === byte)
  } finally {
    await file.close()
  }
}

function unpacked(path: string): AsyncIterable<Buffer> {
  const file: Readable = createReadStream(path)
  const gunzip = createGunzip()
  file.on('error', (error) => gunzip.destroy(error))
  gunzip.on('close', () => file.destroy())
  return file.pipe(gunzip)
}

/** Collects the bytes of one line, up to a limit. */
class LineBuffer {
  private parts: Buffer[] = []
  private size = 0

  constructor(private readonly maxBytes: number) {}

  add(part: Buffer): void {
    if (this.size <= this.maxBytes) this.parts.push(part)
    this.size += part.length
  }

  get isEmpty(): boolean {
    return this.size === 0
  }

  /** The bytes, or null when there were too many. */
  take(): Buffer | null {
    const bytes = this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts)
    const tooLong = this.size > this.maxBytes
    this.parts = []
    this.size = 0
    return tooLong ? null : bytes
  }
}

/** Decodes lines strictly and says what is wrong with those that are no text. */
class LineDecoder {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  private number = 0

  constructor(private readonly maxLength: number) {}

  decode(bytes: Buffer | null): Line {
    const number = ++this.number
    if (!bytes) return { number, problem: `longer than ${this.maxLength} characters` }
    const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length
    const text = decodeStrictly(this.decoder, bytes.subarray(0, end))
    if (text === null) return { number, problem: 'not valid UTF-8' }
    if (text.includes('\0')) return { number, problem: 'a NUL character: the file looks binary' }
    if (text.length > this.maxLength) return { number, problem: `longer than ${this.maxLength} characters` }
    return { number, text: number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text }
  }
}

function decodeStrictly(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/**
 * Reads a file line by line. Lines end in LF or CRLF; the last one may lack its end.
 * @param maxLength in UTF-16 code units; a longer line is read over and reported.
 * @throws DataError when the file cannot be read.
 */
export async function* readLines(path: string, maxLength: number): AsyncGenerator<Line> {
  const buffer = new LineBuffer(maxLength * 4)
  const decoder = new LineDecoder(maxLength)
  for await (const chunk of readBytes(path)) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      buffer.add(chunk.subarray(start, end))
      yield decoder.decode(buffer.take())
      start = end + 1
    }
    if (start < chunk.length) buffer.add(chunk.subarray(start))
  }
  if (!buffer.isEmpty) yield decoder.decode(buffer.take())
}
