/** The program as the shell starts it: streams, signals and exit codes of a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeCorpus } from './number-corpus.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

function start(args: readonly string[], env: Record<string, string> = {}) {
  const flags = ['--import', 'tsx', join(root, 'apps/cli/src/main.ts')]
  const child = spawn(process.execPath, [...flags, ...args], { cwd: root, env: { ...process.env, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += chunk))
  child.stderr.on('data', (chunk) => (output.stderr += chunk))
  return { child, output }
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close')
  return code as number | null
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-program-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('says which engine is used and why', async () => {
  const { child, output } = start(['doctor', '--json'], { ATTENTIVE_ENGINE: 'eager' })
  expect(await exitCode(child)).toBe(0)
  expect(output.stderr).toBe('')
  expect(JSON.parse(output.stdout)).toMatchObject({ engine: 'eager', why: 'ATTENTIVE_ENGINE is eager' })
})

it('ends with exit code 2 on wrong usage', async () => {
  const { child, output } = start(['translate', 'run', '--modell', 'x'])
  expect(await exitCode(child)).toBe(2)
  expect(output).toEqual({ stdout: '', stderr: expect.stringContaining('Did you mean --model?') })
})

it('saves and ends well at Ctrl-C', async () => {
  const corpus = await writeCorpus(join(folder, 'data'))
  const data = ['--train', ...corpus.train, '--validation', ...corpus.test, '--config', corpus.config]
  const out = join(folder, 'model')
  const { child, output } = start(['translate', 'train', ...data, '--epochs', '10000', '--out', out])
  while (!output.stderr.includes('epoch 1/')) await once(child.stderr, 'data')
  child.kill('SIGINT')
  expect(await exitCode(child)).toBe(0)
  expect(output.stderr).toContain('Stopping after this step; press Ctrl-C again to quit at once.\n')
  expect(output.stderr).toMatch(/Stopped after step \d+; everything is saved/)
  expect(await readdir(out)).toEqual(
    expect.arrayContaining(['last', 'best', 'model.safetensors', 'training.jsonl']),
  )
})
