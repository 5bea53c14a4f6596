/** How results and messages are written. Colours and counters stay away where there is no terminal. */
import pc from 'picocolors'
import type { OutputStream, Terminal } from './terminal.js'

export function printLine(stream: OutputStream, text: string): void {
  stream.write(`${text}\n`)
}

/** The one object that `--json` promises. */
export function printJson(stream: OutputStream, value: object): void {
  printLine(stream, JSON.stringify(value, null, 2))
}

/** Colours for one of the terminal's streams, after https://no-color.org. */
export function colorsFor(stream: OutputStream, { env }: Pick<Terminal, 'env'>) {
  return pc.createColors(stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb')
}

export const count = (value: number, unit: string): string =>
  `${value.toLocaleString('en')} ${unit}${value === 1 ? '' : 's'}`

/** `128 of 1,014 sentences`, rewritten in place on a terminal. */
export function sentenceCounter(stream: OutputStream): {
  show(done: number, total: number): void
  clear(): void
} {
  const write = (text: string) => {
    if (stream.isTTY) stream.write(`\r\u001b[K${text}`)
  }
  return {
    show: (done, total) => write(`${done.toLocaleString('en')} of ${count(total, 'sentence')}`),
    clear: () => write(''),
  }
}
