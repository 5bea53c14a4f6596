/** Our side of a benchmark row: prepares one case, then runs it as often as it is asked (harness/protocol.ts). */
import { createInterface } from 'node:readline'
import type { CaseOptions, PrepareRequest, RunAnswer, WorkerRequest } from './harness/protocol.js'

/** One run of a prepared case; the number depends on the whole computation. */
export type Run = () => Promise<number>

export interface PreparedCase {
  run: Run
  /** What runs, with its version. */
  title: string
}

export type Prepare = (options: CaseOptions, threads: number) => Promise<PreparedCase>

const cases: Record<string, () => Promise<{ prepare: Prepare }>> = {
  'forecast-fit': async () => ({ prepare: (await import('./timeseries/forecasting.js')).prepareFit }),
  'forecast-backtest': async () => ({
    prepare: (await import('./timeseries/forecasting.js')).prepareBacktest,
  }),
  lstm: () => import('./engine/lstm.js'),
  'training-step': () => import('./engine/training-step.js'),
  'beam-search': () => import('./decoding/beam-search.js'),
}

async function prepare({ prepare: name, options, threads }: PrepareRequest) {
  const load = cases[name]
  if (!load) throw new Error(`No case ${name}; known: ${Object.keys(cases).join(', ')}.`)
  const started = performance.now()
  const { run, title } = await (await load()).prepare(options, threads)
  await run()
  return { run, answer: { title, prepareMs: performance.now() - started } }
}

async function measure(run: Run, repeats: number): Promise<RunAnswer> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()]
  let checksum = 0
  for (let i = 0; i < repeats; i++) checksum = await run()
  const { user, system } = process.cpuUsage(cpu)
  const ms = (performance.now() - wall) / repeats
  return { ms, cpuMs: (user + system) / 1000 / repeats, checksum }
}

async function main(): Promise<void> {
  let run: Run = () => Promise.reject(new Error('A case must be prepared before it runs.'))
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as WorkerRequest
    let answer: unknown
    if ('prepare' in request) ({ run, answer } = await prepare(request))
    else if ('run' in request) answer = await measure(run, request.run)
    else answer = { peakBytes: process.resourceUsage().maxRSS * 1024 }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}

await main()
