/** Results as a table for people, line by line while they come. */
import type { ResultRow } from './bench.js'

const widths = [44, 8, 10, 10, 7, 12]

function line([name = '', ...cells]: string[]): string {
  const right = cells.slice(0, 4).map((cell, i) => cell.padStart(widths[i + 1] as number))
  const left = cells.slice(4).map((cell, i) => cell.padEnd(widths[i + 5] ?? 0))
  return [name.padEnd(widths[0] as number), ...right, ...left].join('  ').trimEnd()
}

function figure(value: number | null): string {
  if (value === null) return '–'
  return value.toFixed(value < 100 ? 2 : value < 1000 ? 1 : 0)
}

export function tableHead(): string {
  return line(['', 'threads', 'ours', 'peer', 'ratio', 'unit', 'peer'])
}

export function tableLine({ name, threads, ours, peer, ratio, unit, peerName }: ResultRow): string {
  return line([name, `${threads}`, figure(ours), figure(peer), ratio?.toFixed(2) ?? '–', unit, peerName])
}
