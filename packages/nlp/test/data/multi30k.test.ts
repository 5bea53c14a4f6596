/** On real text, where it is at hand: the whole way from files to batches, and back. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Batches, parallelText } from '../../src/data/index.js'
import { fitTextPipelines, normalizeText } from '../../src/text/index.js'

const data = process.env.ATTENTIVE_DATA ?? fileURLToPath(new URL('../../../../data', import.meta.url))
const folder = join(data, 'multi30k')

describe.skipIf(!existsSync(folder))(
  'Multi30k (skipped unless ATTENTIVE_DATA, or data/ in the repository, holds multi30k)',
  () => {
    const file = (name: string) => join(folder, name)

    it('is read, cut, numbered, batched and written again', async () => {
      const config = { casing: 'truecase', subword: { type: 'bpe', merges: 5_000 } } as const
      const training = await take(8_000, parallelText(file('train.en'), file('train.de')))
      const { source, target } = await fitTextPipelines(training, {
        source: { ...config, tokenizer: { type: 'moses', language: 'en' } },
        target: { ...config, tokenizer: { type: 'moses', language: 'de' } },
        joint: true,
      })
      const pairs: { source: number[]; target: number[] }[] = []
      const unknown: string[] = []
      let same = 0
      for (const example of training) {
        const encoded = { source: source.encode(example.source), target: target.encode(example.target) }
        unknown.push(...encoded.source.unknown, ...encoded.target.unknown)
        if (target.decode(encoded.target.ids) === normalizeText(example.target)) same++
        pairs.push({ source: encoded.source.ids, target: encoded.target.ids })
      }
      expect(pairs).toHaveLength(8_000)
      expect(unknown).toEqual([])
      expect(same / pairs.length).toBeGreaterThan(0.95)

      const batches = await Batches.create(pairs, { batchSize: 64 })
      expect(batches.buckets.length).toBeLessThanOrEqual(12)
      let padded = 0
      let examples = 0
      for await (const { targetMask, rows } of batches.epoch(0)) {
        padded += targetMask.size
        examples += rows
      }
      expect(examples).toBe(8_000)
      expect(batches.counts.targetTokens / padded).toBeGreaterThan(0.75)
    })
  },
)

async function take<T>(count: number, items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = []
  for await (const item of items) if (taken.push(item) === count) break
  return taken
}
