/** A search's states share memory from step to step: nobody else's, and no sentence another's. */
import { beamSearch } from '@attentive/core'
import { expect, it } from 'vitest'
import { beginId, createSourceBatch, endId, padId, TranslationSearchModel } from '../../src/index.js'
import { tinyModel } from './tiny-model.js'

const sentences = [[4, 5, 6, 7, 8, 9, 10], [11], [5, 9, 4], [7, 7, 7, 7], [10, 6], [8, 4, 11, 5, 9]]

it.each([
  ['bahdanau', 'onnxruntime'],
  ['luong', 'onnxruntime'],
  ['luong', 'eager'],
] as const)(
  'a %s decoder on %s finds what it finds sentence by sentence, again and again',
  async (decoder, engine) => {
    const search = new TranslationSearchModel([tinyModel({ decoder }, 3), tinyModel({ decoder }, 4)], {
      engine,
    })
    const find = async (sources: ReturnType<typeof createSourceBatch>, sourceLengths: number[]) => {
      const batchSize = sourceLengths.length
      const found = await beamSearch(
        search,
        { state: await search.start(sources), batchSize, sourceLengths },
        {
          beginToken: beginId,
          endToken: endId,
          bannedTokens: [padId, beginId],
          beamSize: 3,
          minLength: (length: number) => length,
          maxLength: (length: number) => 2 * length,
        },
      )
      return found.map(([best]) => ({ tokens: [...(best?.tokens ?? [])], logProb: best?.logProb ?? 0 }))
    }
    const together = createSourceBatch(sentences)
    const lengths = sentences.map(({ length }) => length)
    const maskBefore = [...together.sourceMask.data]
    const first = await find(together, lengths)
    expect(new Set(first.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(2)
    expect([...together.sourceMask.data]).toEqual(maskBefore)
    expect(await find(together, lengths)).toEqual(first)
    for (const [i, sentence] of sentences.entries()) {
      const [alone] = await find(createSourceBatch([sentence]), [sentence.length])
      expect(alone?.tokens).toEqual(first[i]?.tokens)
      expect(alone?.logProb).toBeCloseTo(first[i]?.logProb as number, 4)
    }
    await search.dispose()
  },
)
