import util from 'node:util'
import { afterEach, expect, it, vi } from 'vitest'
import { loadTfjsNode } from '../../src/engine/tfjs-node/load-tfjs-node.js'

const { isNullOrUndefined } = util as unknown as Record<string, unknown>
afterEach(() => {
  if (isNullOrUndefined) Object.assign(util, { isNullOrUndefined })
  vi.restoreAllMocks()
})

it('says why tfjs-node cannot run on a Node without the functions that it calls', () => {
  Reflect.deleteProperty(util, 'isNullOrUndefined')
  expect(loadTfjsNode()).toEqual({
    tf: null,
    reason: expect.stringMatching(
      /^@tensorflow\/tfjs-node does not run on Node [\d.]+, which lacks util\.isNullOrUndefined( and util\.isArray)?: use Node 20 or 22$/,
    ),
  })
})
