import { afterEach, expect, it, vi } from 'vitest'
import { currentBackend } from '../../src/engine/backends/current-backend.js'
import { useOnnxRuntime } from '../../src/engine/runtime/onnx-runtime.js'
import { surveyEngines } from '../../src/engine/survey.js'

vi.mock('../../src/engine/tfjs-node/load-tfjs-node.js', async (original) => ({
  ...(await original<object>()),
  loadTfjsNode: () => ({ tf: null, reason: 'it is not built' }),
}))

afterEach(() => {
  useOnnxRuntime(null)
})

it('finds every engine, from the fastest, and leaves no backend current', async () => {
  const { found, ...rest } = await surveyEngines('')
  expect(rest).toEqual({ request: 'auto', engine: 'onnxruntime', eager: 'wasm', problem: null })
  expect(found.map(({ engine, reason }) => [engine, reason])).toEqual([
    ['onnxruntime', null],
    ['tfjs-node', 'it is not built'],
    ['wasm', null],
    ['cpu', null],
  ])
  expect(currentBackend()).toBeNull()
})

it.each([
  ['onnxruntime', { engine: 'onnxruntime', eager: 'wasm', problem: null }],
  ['eager', { engine: 'eager', eager: 'wasm', problem: null }],
  ['cpu', { engine: 'eager', eager: 'cpu', problem: null }],
  [
    'tfjs-node',
    {
      engine: null,
      eager: 'wasm',
      problem: 'ATTENTIVE_ENGINE asks for tfjs-node, which cannot be used: it is not built',
    },
  ],
  ['cuda', { request: 'auto', engine: 'onnxruntime', problem: expect.stringContaining('received cuda') }],
])('ATTENTIVE_ENGINE=%s', async (value, expected) => {
  expect(await surveyEngines(value)).toMatchObject(expected)
})

it('without ONNX Runtime, says why', async () => {
  useOnnxRuntime({ runtime: null, reason: 'it is broken' })
  expect(await surveyEngines('')).toMatchObject({
    engine: 'eager',
    found: [{ engine: 'onnxruntime', version: null, reason: 'it is broken' }, {}, {}, {}],
  })
  expect((await surveyEngines('onnxruntime')).problem).toContain('which cannot be used: it is broken')
})
