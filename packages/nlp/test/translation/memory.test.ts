import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const child = fileURLToPath(new URL('./memory-child.ts', import.meta.url))

interface Held {
  tensors: number
  resident: number
}

describe('the memory of a process', () => {
  let held: Record<'training' | 'translating', [Held, Held]>
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', child])
    held = JSON.parse(stdout)
  }, 300_000)

  it.each(['training', 'translating'] as const)('stays as it is in a thousand turns of %s', (work) => {
    const [before, after] = held[work]
    expect(after.tensors).toBe(before.tensors)
    // A leak of 24 KiB a turn would show; the allocator's own ups and downs stay below it.
    expect(after.resident - before.resident).toBeLessThan(24)
  })
})
