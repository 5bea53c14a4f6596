/** What a benchmark is: a list of rows, each one case that both sides run with the same options. */
import type { CaseOptions } from './protocol.js'

export interface BenchRow {
  name: string
  /** Key of the case in worker.ts and in peers/serve.py. */
  case: string
  options: CaseOptions
  /** For rows counted in items per second (larger is better); without it a row counts milliseconds. */
  throughput?: { items: number; unit: string }
  /** The peer's variants besides the plain one, given to it as options: information, not the bar. */
  variants?: CaseOptions[]
}

export interface Bench {
  rows: BenchRow[]
  /** Python packages that the peers need beside PyTorch. Default none. */
  requirements?: readonly string[]
}

/** One line of the result file. */
export interface ResultRow {
  name: string
  threads: number
  ours: number | null
  peer: number | null
  peerName: string
  /** ours / peer. */
  ratio: number | null
  unit: string
  /** Processor time of one run of each side, ms, where it was measured. */
  oursCpuMs?: number | undefined
  peerCpuMs?: number | undefined
}

export function resultRow(row: Omit<ResultRow, 'ratio'>): ResultRow {
  const ratio = row.ours !== null && row.peer !== null ? row.ours / row.peer : null
  return { ...row, ratio }
}
