/** Runs one row of a benchmark: our side, the peer and its variants, eager TensorFlow.js. */
import { fileURLToPath } from 'node:url'
import { type BenchRow, type ResultRow, resultRow } from './bench.js'
import { interleave, type Timing } from './interleave.js'
import type { CaseOptions, FinishAnswer, PrepareAnswer } from './protocol.js'
import { peerCommand } from './python.js'
import { type Command, WorkerProcess } from './worker-process.js'

const worker = fileURLToPath(new URL('../worker.ts', import.meta.url))

/** Eager TensorFlow.js is many times slower: two turns tell as much as twenty. */
const eagerTurns = 2

export interface CompareOptions {
  threads: number
  turns: number
  /** The Python with PyTorch; null to leave the peer out. */
  python: string | null
  /** Measure the peer's variants too. */
  variants: boolean
  /** TensorFlow.js backend to run the same function on eagerly; null to leave it out. */
  eager: string | null
}

interface Side {
  command: Command
  options: CaseOptions
}

interface Measured extends Timing, PrepareAnswer, FinishAnswer {}

/** Measures sides against each other, each in a process of its own. */
async function measure(row: BenchRow, sides: Side[], threads: number, turns: number): Promise<Measured[]> {
  const processes = sides.map(({ command }) => new WorkerProcess(command))
  try {
    const prepared: PrepareAnswer[] = []
    for (const [i, { options }] of sides.entries()) {
      const request = { prepare: row.case, options: { ...row.options, ...options }, threads }
      prepared.push(await (processes[i] as WorkerProcess).ask(request))
    }
    const timings = await interleave(processes, turns)
    const finished = await Promise.all(processes.map((process) => process.ask({ finish: true })))
    return timings.map((timing, i) => ({
      ...timing,
      ...(prepared[i] as PrepareAnswer),
      ...(finished[i] as FinishAnswer),
    }))
  } finally {
    for (const process of processes) process.close()
  }
}

function ownSide(threads: number, options: CaseOptions = {}): Side {
  const env = { TF_NUM_INTRAOP_THREADS: `${threads}`, TF_NUM_INTEROP_THREADS: '1' }
  return { command: { file: process.execPath, args: ['--import', 'tsx', worker], env }, options }
}

function peerSides(row: BenchRow, { python, threads, variants }: CompareOptions): Side[] {
  if (!python) return []
  const options = [{}, ...(variants ? (row.variants ?? []) : [])]
  return options.map((variant) => ({ command: peerCommand(python, threads), options: variant }))
}

const megabytes = ({ peakBytes }: FinishAnswer) => peakBytes / 2 ** 20

function figure({ throughput }: BenchRow, { ms }: Timing): number {
  return throughput ? (throughput.items * 1000) / ms : ms
}

/** Time against one peer, the peak memory of both processes, and the time of building and the first run. */
function resultRows(row: BenchRow, threads: number, ours: Measured, peer?: Measured): ResultRow[] {
  const common = { threads, peerName: peer?.title ?? '' }
  return [
    resultRow({
      ...common,
      name: row.name,
      ours: figure(row, ours),
      peer: peer ? figure(row, peer) : null,
      unit: row.throughput?.unit ?? 'ms',
      oursCpuMs: ours.cpuMs,
      peerCpuMs: peer?.cpuMs,
    }),
    resultRow({
      ...common,
      name: `${row.name}: peak memory`,
      ours: megabytes(ours),
      peer: peer ? megabytes(peer) : null,
      unit: 'MB',
    }),
    resultRow({
      ...common,
      name: `${row.name}: compile and first run`,
      ours: ours.prepareMs,
      peer: peer?.prepareMs ?? null,
      unit: 'ms',
    }),
  ]
}

/** All results of one row at one number of threads; `report` sees them as soon as they are measured. */
export async function compareRow(
  row: BenchRow,
  options: CompareOptions,
  report: (rows: ResultRow[]) => void,
): Promise<void> {
  const { threads, turns, eager } = options
  const sides = [ownSide(threads), ...peerSides(row, options)]
  const [ours, ...peers] = (await measure(row, sides, threads, turns)) as [Measured, ...Measured[]]
  for (const peer of peers.length > 0 ? peers : [undefined]) report(resultRows(row, threads, ours, peer))
  if (!eager) return
  const [eagerly] = await measure(row, [ownSide(threads, { eagerBackend: eager })], threads, eagerTurns)
  report(resultRows(row, threads, ours, eagerly).slice(0, 2))
}
