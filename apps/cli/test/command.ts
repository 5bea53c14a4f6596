/** Runs `attentive` in this process, with streams of its own. */
import { Readable, Writable } from 'node:stream'
import { attentive } from '../src/attentive.js'
import type { OutputStream } from '../src/terminal.js'

export interface CommandOptions {
  /** What comes from standard input, chunk by chunk. */
  stdin?: readonly (string | Uint8Array)[]
  /** Ctrl-C, just after this has appeared on standard error. */
  interruptAt?: RegExp
  env?: Record<string, string>
}

export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

export async function command(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { stdin = [], interruptAt, env = {} } = options
  const controller = new AbortController()
  const stdout = new Recorder()
  const stderr = new Recorder((text) => {
    if (interruptAt?.test(text)) setImmediate(() => controller.abort())
  })
  const code = await attentive(args, {
    stdin: Readable.from(stdin.map((chunk) => Buffer.from(chunk))),
    stdout,
    stderr,
    env,
    onInterrupt: () => ({ signal: controller.signal, release: () => {} }),
  })
  return { code, stdout: stdout.text, stderr: stderr.text }
}

class Recorder extends Writable implements OutputStream {
  readonly isTTY = false
  text = ''

  constructor(private readonly onText: (text: string) => void = () => {}) {
    super({ decodeStrings: false })
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk
    this.onText(this.text)
    done()
  }
}
