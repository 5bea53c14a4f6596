/** JSON from files that nobody vouches for: size, encoding, doubled and dangerous keys are checked. */
import { CheckpointError } from '../errors.js'

export interface JsonLimits {
  /** What is read, for error messages. */
  name: string
  maxBytes: number
}

/**
 * Parses UTF-8 JSON.
 * @throws CheckpointError when it is too large, no valid UTF-8 or JSON, or has a key twice or named `__proto__`.
 */
export function parseCheckedJson(bytes: Uint8Array, { name, maxBytes }: JsonLimits): unknown {
  const refuse = (expected: string, received: string, cause?: unknown): never => {
    throw new CheckpointError({ argument: name, expected, received, cause })
  }
  if (bytes.length > maxBytes) refuse(`at most ${maxBytes} bytes`, `${bytes.length}`)
  let text = ''
  let keys = 0
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = JSON.parse(text, (key, item: unknown) => {
      if (key === '__proto__') refuse('ordinary keys', 'the key "__proto__"')
      if (typeof item === 'object' && item !== null && !Array.isArray(item)) keys += Object.keys(item).length
      return item
    })
    if (countKeys(text) !== keys) refuse('every key once', 'a key that is there twice')
  } catch (error) {
    if (error instanceof CheckpointError) throw error
    refuse('UTF-8 encoded JSON', error instanceof Error ? error.message : 'something else', error)
  }
  return value
}

/** The keys that the text spells out, doubled ones included: strings before a colon. */
function countKeys(text: string): number {
  let count = 0
  for (const [, colon] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g)) if (colon) count++
  return count
}
