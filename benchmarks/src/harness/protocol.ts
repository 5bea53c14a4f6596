/**
 * What a worker process is asked and answers, one JSON object a line. Ours (worker.ts) and the PyTorch peer
 * (peers/serve.py) speak the same protocol: a process for each side and row, so that threads, peak memory and
 * compile time belong to that row alone.
 */
export type CaseOptions = Readonly<Record<string, number | boolean | string>>

export interface PrepareRequest {
  prepare: string
  options: CaseOptions
  threads: number
}

export interface RunRequest {
  /** How often to repeat the case without pause. */
  run: number
}

export interface FinishRequest {
  finish: true
}

export type WorkerRequest = PrepareRequest | RunRequest | FinishRequest

export interface PrepareAnswer {
  /** What runs, with its version: `PyTorch 2.15.0`. */
  title: string
  /** Building and the first run, ms: for ours mostly tracing and compiling. */
  prepareMs: number
}

export interface RunAnswer {
  /** Wall time of one repeat. */
  ms: number
  /** Processor time of one repeat, all threads together: undisturbed by other programs, but spinning counts. */
  cpuMs: number
  /** A number that depends on the whole computation, so that it cannot be left out. */
  checksum: number
}

export interface FinishAnswer {
  /** Peak resident memory of the process. */
  peakBytes: number
}
