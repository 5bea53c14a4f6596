import { expect, it } from 'vitest'
import { userLine } from '../../src/engine/trace/user-line.js'

const own = [
  '    at unique_ (/app/node_modules/@attentive/core/dist/index.js:10:20)',
  '    at unique (/app/node_modules/@tensorflow/tfjs-core/dist/tf-core.node.js:1:2)',
  '    at Engine.runKernel (/app/node_modules/.pnpm/@tensorflow+tfjs-core@4.22.0/tfjs-core/src/engine.ts:551:13)',
  '    at Array.forEach (<anonymous>)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
]

it('is the innermost frame outside of this toolkit and TensorFlow.js, source maps or not', () => {
  const user = ['    at loss (/app/model.ts:12:7)', '    at train (/app/train.ts:3:1)']
  expect(userLine([...own, ...user])).toBe('loss (/app/model.ts:12:7)')
})

it('is empty when nobody else is on the stack', () => {
  expect(userLine(own)).toBe('')
})
