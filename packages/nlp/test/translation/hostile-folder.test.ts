/**
 * Model folders that are damaged, or made to do harm by someone who can compute their checksums: refused, always by a
 * CheckpointError and before memory is taken; or they hold a translator after all, if an odd one.
 */
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AttentiveError, CheckpointError, NdArray, Rng } from '@attentive/core'
import { mutatedBytes, mutatedTree, mutatedWeights } from '@attentive/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Translator } from '../../src/index.js'
import { readTranslator, type SavedTranslator, writeTranslator } from './folder-surgery.js'
import { tinyOptions } from './tiny-training.js'

let root: string
let saved: string
let forged: string
let original: SavedTranslator
const mutations = process.env.ATTENTIVE_LONG_TESTS ? 3000 : 300

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attentive-hostile-'))
  saved = join(root, 'saved')
  forged = join(root, 'forged')
  const text = { subword: { type: 'bpe', merges: 12 }, casing: 'truecase' } as const
  const translator = await Translator.train({ ...tinyOptions, text, seed: 4 })
  await translator.save(saved)
  original = await readTranslator(saved)
})
afterAll(() => rm(root, { recursive: true }))

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)
const bytesOf = (text: string) => new TextEncoder().encode(text)

/** The saved translator, changed and with the right checksums. */
async function forge(change: (contents: SavedTranslator) => void): Promise<void> {
  const contents = { ...original, config: structuredClone(original.config) }
  contents.weights = { ...original.weights }
  contents.files = { ...original.files }
  change(contents)
  await writeTranslator(forged, contents)
}

async function expectRefused(message: RegExp): Promise<void> {
  const loading = Translator.load(forged)
  await expect(loading).rejects.toThrow(message)
  await expect(loading).rejects.toThrow(CheckpointError)
}

describe('a forged model folder', () => {
  it.each([
    ['hiddenSize', 1e9, /initial\.weight: expected weights of shape \[1000000000,2000000000\]/],
    ['embeddingSize', 1e9, /sourceEmbedding\.weight: expected weights of shape/],
    ['encoderLayers', 1e9, /encoderLayers: expected 1, as many as there are weights for/],
    ['encoderLayers', 2, /encoderLayers: expected 1/],
    ['tiedEmbeddings', 'none', /outputWeight: expected values of shape/],
    ['tiedEmbeddings', 'all', /targetEmbedding\.weight|sourceEmbedding\.weight/],
    ['decoder', 'luong', /decoder\./],
    ['attention', 'general', /decoder\.attention/],
    ['hiddenSize', '4', /hiddenSize/],
    ['attention', '__proto__', /attention/],
    ['surprise', 1, /surprise/],
  ])('whose configuration has another %s (%s) is refused', async (name, value, message) => {
    await forge(({ config }) => {
      config.model[name] = value
    })
    await expectRefused(message)
  })

  it('whose vocabulary has another size than its weights is refused', async () => {
    for (const change of [
      (tokens: string[]) => tokens.slice(1),
      (tokens: string[]) => [...tokens, 'more'],
      (tokens: string[]) => Array.from({ length: 200_000 }, (_, i) => `${tokens[0]}${i}`),
    ]) {
      await forge(({ files }) => {
        const json = JSON.parse(textOf(files['target.json']))
        json.vocabulary.tokens = change(json.vocabulary.tokens)
        files['target.json'] = bytesOf(JSON.stringify(json))
      })
      await expectRefused(/targetEmbedding\.weight: expected weights of shape/)
    }
  })

  it('whose weights lack one, or have one more, is refused', async () => {
    await forge(({ weights }) => {
      delete weights['decoder.weightHh']
    })
    await expectRefused(/decoder\.weightHh: expected values of shape/)
    await forge(({ weights }) => {
      weights['encoder.weightHhL999999999'] = new NdArray(new Float32Array(0), [0])
    })
    await expectRefused(/encoderLayers: expected 2/)
  })

  it('with keys or names that reach elsewhere is refused', async () => {
    const source = textOf(original.files['source.json'])
    for (const text of [
      source.replace('{', '{"__proto__":{"polluted":1},'),
      source.replace('"version"', '"version":1,"version"'),
      source.slice(0, -2),
      '',
      `[${'['.repeat(100_000)}`,
    ]) {
      await forge(({ files }) => {
        files['source.json'] = bytesOf(text)
      })
      await expectRefused(/source\.json/)
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    await forge(({ files }) => {
      delete files['source.json']
    })
    await expectRefused(/source\.json: expected a file/)
    const config = await readFile(join(saved, 'config.json'), 'utf8')
    await cp(saved, forged, { recursive: true })
    await writeFile(join(forged, 'config.json'), config.replaceAll('source.json', '../saved/source.json'))
    await expectRefused(/expected a plain file name/)
  })

  it('that was cut off, or is none, is refused', async () => {
    for (const name of ['config.json', 'model.safetensors', 'source.json', 'target.json']) {
      await rm(forged, { recursive: true, force: true })
      await cp(saved, forged, { recursive: true })
      await truncate(join(forged, name), 100)
      await expectRefused(/config\.json|model\.safetensors|source\.json|target\.json/)
    }
    await expect(Translator.load(join(root, 'nothing'))).rejects.toThrow(CheckpointError)
  })

  it(`is refused or odd, but never breaks anything, whatever is changed in it (${mutations} mutations)`, async () => {
    const rng = new Rng(1)
    const before = process.memoryUsage().rss
    let refused = 0
    for (let i = 0; i < mutations; i++) {
      await forge((contents) => mutate(contents, rng))
      try {
        const translator = await Translator.load(forged, { engine: 'eager' })
        if (rng.nextInt(8) === 0) await translateAnything(translator)
        await translator.dispose()
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(mutations / 3)
    expect(refused).toBeLessThan(mutations)
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(300)
  })
})

/** An odd translator may refuse to go on, but only as one that knows what it says. */
async function translateAnything(translator: Translator): Promise<void> {
  try {
    await translator.translate('one two <unk> ß', { maxLength: 2, beamSize: 1 })
  } catch (error) {
    expect(error).toBeInstanceOf(AttentiveError)
    throw new CheckpointError({ argument: 'model', expected: 'one that translates', received: 'an odd one' })
  }
}

function mutate(contents: SavedTranslator, rng: Rng): void {
  const kind = rng.nextInt(4)
  if (kind === 0) contents.config.model = mutatedTree(contents.config.model, rng) as never
  else if (kind === 1) contents.weights = mutatedWeights(contents.weights, rng)
  else {
    const name = rng.nextInt(2) === 0 ? 'source.json' : 'target.json'
    const bytes = contents.files[name] as Uint8Array
    contents.files[name] = kind === 2 ? mutatedBytes(bytes, rng) : mutatedJson(bytes, rng)
  }
}

const mutatedJson = (bytes: Uint8Array, rng: Rng) =>
  bytesOf(JSON.stringify(mutatedTree(JSON.parse(textOf(bytes)), rng)))
