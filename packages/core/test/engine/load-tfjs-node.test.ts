import { expect, it, vi } from 'vitest'
import { loadTfjsNode } from '../../src/engine/tfjs-node/load-tfjs-node.js'

vi.mock('node:util', async (original) => {
  const { isNullOrUndefined: _, ...rest } = (await original()) as Record<string, unknown>
  return rest
})

it('says why tfjs-node cannot run on a Node without the functions that it calls', () => {
  const found = loadTfjsNode()
  expect(found).toEqual({
    tf: null,
    reason: `@tensorflow/tfjs-node does not run on Node ${process.versions.node}, which lacks util.isNullOrUndefined: use Node 20 or 22`,
  })
})
