/** The history of a run: one JSON object a line, in memory and, with a folder, in `training.jsonl`. */
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { guardWrites, readRegularFile, writeFileAtomically } from '../io/storage.js'

export type LogEntry =
  | {
      type: 'training'
      step: number
      epoch: number
      /** Mean loss since the entry before. */
      loss: number
      learningRate: number
      /** Of the last step, before clipping. */
      gradientNorm: number
      perSecond: number
      seconds: number
    }
  | {
      type: 'validation'
      step: number
      epoch: number
      metrics: Record<string, number>
      /** Whether it was the best so far. */
      best: boolean
      seconds: number
    }

const maxBytes = 2 ** 28

export class TrainingLog {
  private entries: LogEntry[] = []

  /** @param path file to keep it in; null: in memory alone. */
  constructor(private readonly path: string | null) {}

  get history(): LogEntry[] {
    return [...this.entries]
  }

  /** Continues the history of an earlier part of the run up to `step`; what came after it is about to happen again. */
  async resume(step: number): Promise<void> {
    const bytes = this.path ? await readRegularFile(this.path, maxBytes) : null
    const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).split('\n')
    this.entries = lines.flatMap(parseLine).filter((entry) => entry.step <= step)
    await this.rewrite()
  }

  /** Begins a new history. */
  async begin(): Promise<void> {
    this.entries = []
    await this.rewrite()
  }

  async add(entry: LogEntry): Promise<void> {
    this.entries.push(entry)
    const { path } = this
    if (path) await guardWrites(path, () => appendFile(path, `${JSON.stringify(entry)}\n`))
  }

  private async rewrite(): Promise<void> {
    const { path } = this
    if (!path) return
    await guardWrites(path, () => mkdir(dirname(path), { recursive: true }))
    await writeFileAtomically(path, this.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  }
}

/** A crash may have cut the last line: whatever is no entry is left out. */
function parseLine(line: string): LogEntry[] {
  try {
    const entry: LogEntry | null = JSON.parse(line)
    return typeof entry?.step === 'number' ? [entry] : []
  } catch {
    return []
  }
}
