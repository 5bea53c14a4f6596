import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import '../../eager-backend.js'
import { describe, expect, it } from 'vitest'
import { Parameter } from '../../../src/engine/parameter.js'
import { clipByGlobalNorm, clipByValue, type Gradients } from '../../../src/training/gradients.js'
import { createOptimizer, type OptimizerConfig } from '../../../src/training/optimizers/create-optimizer.js'

interface Golden {
  start: number[][]
  gradients: number[][][]
  cases: {
    config: OptimizerConfig
    clip: { max_norm?: number; max_value?: number }
    parameters: number[][][]
  }[]
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/optimizers.json', import.meta.url), 'utf8'),
)

function clip(gradients: Gradients, { max_norm, max_value }: Golden['cases'][number]['clip']): Gradients {
  const byValue = max_value === undefined ? gradients : clipByValue(gradients, max_value)
  return max_norm === undefined ? byValue : clipByGlobalNorm(byValue, max_norm)
}

describe('optimisers follow PyTorch step by step', () => {
  for (const { config, clip: clipping, parameters: expected } of golden.cases)
    it(`${JSON.stringify(config)} ${JSON.stringify(clipping)}`, () => {
      const parameters = golden.start.map(
        (values) => new Parameter([values.length], Float32Array.from(values)),
      )
      const optimizer = createOptimizer(config, parameters)
      golden.gradients.forEach((step, i) => {
        tf.tidy(() => {
          const entries = parameters.map((parameter, k) => ({
            name: String(k),
            parameter,
            tensor: tf.tensor1d(step[k] as number[]),
          }))
          optimizer.apply(clip({ entries, clippings: [] }, clipping))
        })
        parameters.forEach(({ data }, k) => {
          const values = (expected[i] as number[][])[k] as number[]
          values.forEach((value, j) => {
            expect(Math.abs((data[j] as number) - value)).toBeLessThan(3e-7 * Math.max(1, Math.abs(value)))
          })
        })
      })
      expect(optimizer.step).toBe(golden.gradients.length)
    })
})
