/** What a command reads, writes and hears: the process's own streams, or those of a test. */
import type { Readable } from 'node:stream'
import { abortOnInterrupt } from '@attentive/core'

export type InputStream = Readable & { isTTY?: boolean }
export type OutputStream = NodeJS.WritableStream & { isTTY?: boolean }

export interface Terminal {
  stdin: InputStream
  /** Results, and nothing else. */
  stdout: OutputStream
  /** Progress, messages, errors. */
  stderr: OutputStream
  env: Readonly<Record<string, string | undefined>>
  /** Ctrl-C as a signal, until it is released. */
  onInterrupt(): { signal: AbortSignal; release(): void }
}

/** A command's terminal, and the words it was called with. */
export interface Invocation {
  terminal: Terminal
  args: readonly string[]
}

export const processTerminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt: abortOnInterrupt,
}
