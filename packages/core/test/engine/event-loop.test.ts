import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { compile, NdArray } from '../../src/index.js'

it('lets signals, timers and streams have their turn between compiled calls', async () => {
  const double = compile(({ x }: { x: tf.Tensor1D }) => ({ y: tf.add(x, x) }))
  const x = new NdArray(Float32Array.of(1), [1])
  await double({ x })
  let aborted = false
  setImmediate(() => {
    aborted = true
  })
  const started = performance.now()
  while (!aborted && performance.now() - started < 1000) await double({ x })
  expect(aborted).toBe(true)
  await double.dispose()
})
