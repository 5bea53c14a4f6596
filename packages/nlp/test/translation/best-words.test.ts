import { compile, findOnnxRuntime, NdArray } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allLogProbs, bestWords, groupSize, largest } from '../../src/translation/best-words.js'

const engines = findOnnxRuntime().runtime ? (['eager', 'onnxruntime'] as const) : (['eager'] as const)

describe.each(engines)('the best words, on %s', (engine) => {
  /** Few different numbers, so that many are equal. */
  const rows = fc
    .record({
      N: fc.integer({ min: 1, max: 3 }),
      groups: fc.integer({ min: 1, max: 12 }),
      rest: fc.constantFrom(0, 0, 5),
      topK: fc.integer({ min: 1, max: 5 }),
      seed: fc.integer(),
      different: fc.constantFrom(2, 30, 10_000),
    })
    .map(({ N, groups, rest, topK, seed, different }) => {
      const V = groups * groupSize + rest
      const data = Float32Array.from(
        { length: N * V },
        (_, i) => (Math.imul(i + 1, seed | 1) >>> 3) % different,
      )
      return { x: new NdArray(data, [N, V]), topK }
    })

  const found = compile(({ x, topK }: { x: tf.Tensor; topK: number }) => largest(x, topK), { engine })

  it('are those of topk, of equal ones the first', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async ({ x, topK }) => {
        const { values, indices } = await found({ x, topK })
        const [N, V] = x.shape as [number, number]
        for (let n = 0; n < N; n++) {
          const row = Array.from(x.data.subarray(n * V, (n + 1) * V), (value, id) => ({ value, id }))
          const best = row.sort((a, b) => b.value - a.value || a.id - b.id).slice(0, topK)
          const at = [n * topK, (n + 1) * topK] as const
          expect([...indices.data.subarray(...at)]).toEqual(best.map(({ id }) => id))
          expect([...values.data.subarray(...at)]).toEqual(best.map(({ value }) => value))
        }
      }),
      { numRuns: engine === 'eager' ? 30 : 15 },
    )
  })

  it.each([1, 2])('have the log-probabilities that they have among all, by %i models', async (models) => {
    const [N, V] = [3, 20 * groupSize]
    const logits = Array.from(
      { length: models },
      (_, m) =>
        new NdArray(
          Float32Array.from({ length: N * V }, (_, i) => 8 * Math.sin((m + 2) * i * i)),
          [N, V],
        ),
    )
    const both = compile(
      ({ logits }: { logits: tf.Tensor[] }) => ({ all: allLogProbs(logits), ...bestWords(logits, 4) }),
      { engine },
    )
    const { all, logProbs, ids } = await both({ logits })
    for (let i = 0; i < N * 4; i++) {
      const row = Math.floor(i / 4)
      expect(logProbs.data[i]).toBeCloseTo(all.data[row * V + (ids.data[i] as number)] as number, 4)
      const above = all.data
        .subarray(row * V, (row + 1) * V)
        .filter((p) => p > (logProbs.data[i] as number) + 1e-4)
      expect(above.length).toBeLessThanOrEqual(i % 4)
    }
    await both.dispose()
  })
})
