import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { NdArray } from '../../src/engine/nd-array.js'
import { CheckpointError, InvalidArgumentError } from '../../src/errors.js'
import { modelCard } from '../../src/io/model-card.js'
import {
  type LoadedModel,
  loadModelFolder,
  type ModelContents,
  saveModelFolder,
} from '../../src/io/model-folder.js'

const schema = z.strictObject({ hiddenSize: z.number().int().positive(), tags: z.array(z.string()) })
type Config = z.infer<typeof schema>
const load = (folder: string) => loadModelFolder(folder, { task: 'translate', schema })

const model: ModelContents = {
  task: 'translate',
  config: { hiddenSize: 3, tags: ['a', 'ü'] },
  weights: {
    'encoder.kernel': new NdArray(Float32Array.of(1, -2.5, 1e-9, 4), [2, 2]),
    bias: new NdArray(Float32Array.of(0.1), []),
  },
  files: { 'vocabulary.json': '["<pad>","käse"]', 'scaler.bin': Uint8Array.of(0, 255, 3) },
  card: '# A model\n',
}

let root: string
let saved: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attentive-folder-'))
  saved = join(root, 'saved')
  await saveModelFolder(saved, model)
})
afterAll(() => rm(root, { recursive: true }))

let copies = 0
async function copy(): Promise<string> {
  const folder = join(root, `copy-${copies++}`)
  await cp(saved, folder, { recursive: true })
  return folder
}

async function everything(loaded: LoadedModel<Config>) {
  const files = await Promise.all(
    loaded.fileNames.map(async (name) => [name, [...(await loaded.file(name))]]),
  )
  return { config: loaded.config, weights: loaded.weights, files: Object.fromEntries(files) }
}

async function editConfig(folder: string, edit: (config: Record<string, unknown>) => void): Promise<void> {
  const path = join(folder, 'config.json')
  const config = JSON.parse(await readFile(path, 'utf8'))
  edit(config)
  await writeFile(path, JSON.stringify(config))
}

describe('a model folder', () => {
  it('comes back as it was saved', async () => {
    const loaded = await load(saved)
    expect(loaded.config).toEqual(model.config)
    expect(loaded.weights).toEqual(model.weights)
    expect(loaded.exact).toBe(true)
    expect(loaded.fileNames).toEqual(['vocabulary.json', 'scaler.bin'])
    expect(new TextDecoder().decode(await loaded.file('vocabulary.json'))).toBe('["<pad>","käse"]')
    expect([...(await loaded.file('scaler.bin'))]).toEqual([0, 255, 3])
    expect((await readdir(saved)).sort()).toEqual(
      ['README.md', 'config.json', 'model.safetensors', 'scaler.bin', 'vocabulary.json'].sort(),
    )
  })

  it('halves its weights in 16 bits, and says so', async () => {
    const folder = join(root, 'half')
    await saveModelFolder(folder, model, { format: 'float16' })
    const { weights, exact } = await load(folder)
    expect(exact).toBe(false)
    expect([...(weights['encoder.kernel'] as NdArray).data]).toEqual([1, -2.5, 0, 4])
  })

  it('is replaced as a whole: old files go, files of others stay', async () => {
    const folder = await copy()
    await writeFile(join(folder, 'notes.txt'), 'mine')
    await saveModelFolder(folder, {
      ...model,
      files: { 'bpe.txt': 'a b' },
      config: { hiddenSize: 4, tags: [] },
    })
    const loaded = await load(folder)
    expect(loaded.config.hiddenSize).toBe(4)
    expect(loaded.fileNames).toEqual(['bpe.txt'])
    expect((await readdir(folder)).sort()).toEqual(
      ['README.md', 'bpe.txt', 'config.json', 'model.safetensors', 'notes.txt'].sort(),
    )
  })

  it('may be re-indented, and its card edited', async () => {
    const folder = await copy()
    await editConfig(folder, () => undefined)
    await writeFile(join(folder, 'README.md'), 'edited')
    expect(await everything(await load(folder))).toEqual(await everything(await load(saved)))
  })

  it('may be edited by hand once the checksum line is gone', async () => {
    const folder = await copy()
    const setTags = (config: Record<string, unknown>) => {
      config.config = { hiddenSize: 3, tags: ['mine'] }
    }
    await editConfig(folder, setTags)
    await expect(load(folder)).rejects.toThrow(/checksum: .*remove its "checksum" line/)
    await editConfig(folder, (config) => delete config.checksum)
    expect((await load(folder)).config.tags).toEqual(['mine'])
  })

  it('is not written with unusable file names', async () => {
    for (const name of [
      '../evil',
      'a/b',
      '.hidden',
      'config.json',
      'model.safetensors',
      'x.attentive-next',
      '',
      'a\0b',
    ])
      await expect(
        saveModelFolder(join(root, 'never'), { ...model, files: { [name]: 'x' } }),
      ).rejects.toThrow(InvalidArgumentError)
    expect(await readdir(root)).not.toContain('never')
  })
})

describe('what is not a sound model of the task is refused:', () => {
  const damages: Record<string, [(folder: string) => Promise<unknown>, RegExp]> = {
    'a missing folder': [
      (folder) => rm(folder, { recursive: true }),
      /expected a model folder.*received none/,
    ],
    'a file in place of the folder': [
      async (folder) => {
        await rm(folder, { recursive: true })
        await writeFile(folder, 'x')
      },
      /expected a model folder/,
    ],
    'missing weights': [
      (folder) => rm(join(folder, 'model.safetensors')),
      /model\.safetensors: expected a file/,
    ],
    'weights cut off': [
      (folder) => truncate(join(folder, 'model.safetensors'), 100),
      /bytes that were saved, received 100 bytes/,
    ],
    'a sparse file of a terabyte': [
      (folder) => truncate(join(folder, 'model.safetensors'), 2 ** 40),
      /expected at most \d+ bytes, received 1099511627776/,
    ],
    'a configuration of a gigabyte': [
      (folder) => truncate(join(folder, 'config.json'), 2 ** 30),
      /at most 16777216/,
    ],
    'an empty configuration': [(folder) => writeFile(join(folder, 'config.json'), ''), /UTF-8 encoded JSON/],
    'invalid UTF-8': [
      (folder) => writeFile(join(folder, 'config.json'), Uint8Array.of(0x22, 0xff, 0x22)),
      /UTF-8/,
    ],
    'deep nesting': [
      (folder) => writeFile(join(folder, 'config.json'), '['.repeat(1e6) + ']'.repeat(1e6)),
      /config\.json/,
    ],
    'deep nesting within bounds of the parser': [
      (folder) => writeFile(join(folder, 'config.json'), `{"config":${'['.repeat(3000)}${']'.repeat(3000)}}`),
      /config\.json/,
    ],
    'a newer version': [
      (folder) =>
        editConfig(folder, (config) => {
          config.version = 2
        }),
      /version: expected at most 1, received 2.*update/,
    ],
    'another task': [
      (folder) => saveModelFolder(folder, { ...model, task: 'forecast' }),
      /task: expected "translate", received "forecast"/,
    ],
    'a configuration that the task does not know': [
      (folder) => saveModelFolder(folder, { ...model, config: { hiddenSize: -1, tags: [] } }),
      /valid configuration for "translate".*hiddenSize/s,
    ],
    'a path out of the folder': [
      (folder) =>
        editConfig(folder, (config) => {
          config.files = { '../../etc/passwd': { bytes: 1, sha256: '0'.repeat(64) } }
        }),
      /config\.json: expected the configuration of a model/,
    ],
    'a dangerous key': [
      (folder) => writeFile(join(folder, 'config.json'), '{"__proto__": {"task": "translate"}}'),
      /__proto__/,
    ],
    'a key twice': [
      async (folder) => {
        const text = await readFile(join(folder, 'config.json'), 'utf8')
        await writeFile(join(folder, 'config.json'), text.replace('{', '{"task":"translate",'))
      },
      /twice/,
    ],
    'a link in place of a file': [
      async (folder) => {
        await rm(join(folder, 'model.safetensors'))
        await symlink(join(saved, 'model.safetensors'), join(folder, 'model.safetensors'))
      },
      /regular file, received a symbolic link/,
    ],
    'weights that are not floats': [
      (folder) => saveModelFolder(folder, { ...model, weights: { ids: new NdArray(Int32Array.of(1), [1]) } }),
      /"ids": expected floats, received int32/,
    ],
  }
  for (const [name, [damage, message]] of Object.entries(damages))
    it(name, async () => {
      const folder = await copy()
      await damage(folder)
      await expect(load(folder)).rejects.toThrow(CheckpointError)
      await expect(load(folder)).rejects.toThrow(message)
    })

  it.skipIf(process.platform === 'win32')('a pipe, without waiting for it', async () => {
    const folder = await copy()
    await rm(join(folder, 'model.safetensors'))
    execFileSync('mkfifo', [join(folder, 'model.safetensors')])
    await expect(load(folder)).rejects.toThrow(/expected a regular file/)
  })

  it('a damaged further file, when it is read', async () => {
    const folder = await copy()
    await writeFile(join(folder, 'scaler.bin'), Uint8Array.of(0, 255, 4))
    const loaded = await load(folder)
    await expect(loaded.file('scaler.bin')).rejects.toThrow(/3 bytes that were saved, received others/)
    await expect(loaded.file('nothing')).rejects.toThrow(CheckpointError)
  })
})

describe('a thousand mutations', () => {
  it('give the same model or a CheckpointError', async () => {
    const intact = await everything(await load(saved))
    const folder = await copy()
    const originals = new Map(
      await Promise.all(
        ['config.json', 'model.safetensors', 'vocabulary.json', 'scaler.bin'].map(
          async (name) => [name, await readFile(join(folder, name))] as const,
        ),
      ),
    )
    const mutation = fc.record({
      name: fc.constantFrom(...originals.keys()),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      kind: fc.constantFrom('set', 'cut', 'insert', 'delete', 'double'),
      value: fc.oneof(
        fc.nat(255),
        fc.constantFrom(...'0123456789eE-"{}[],:'.split('').map((c) => c.charCodeAt(0))),
      ),
    })
    let refused = 0
    await fc.assert(
      fc.asyncProperty(mutation, async ({ name, at, kind, value }) => {
        const bytes = originals.get(name) as Buffer
        const i = Math.floor(at * bytes.length)
        const [head, tail] = [bytes.subarray(0, i), bytes.subarray(i)]
        const mutated = {
          set: () => Buffer.concat([head, Buffer.of(value), tail.subarray(1)]),
          cut: () => head,
          insert: () => Buffer.concat([head, Buffer.of(value), tail]),
          delete: () => Buffer.concat([head, tail.subarray(1)]),
          double: () => Buffer.concat([head, tail, tail]),
        }[kind]()
        await writeFile(join(folder, name), mutated)
        try {
          expect(await everything(await load(folder))).toEqual(intact)
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError)
          refused++
        } finally {
          await writeFile(join(folder, name), bytes)
        }
      }),
      { numRuns: 1000 },
    )
    expect(refused).toBeGreaterThan(500)
  })
})

describe('modelCard', () => {
  it('lists what it is given and nothing else', () => {
    expect(
      modelCard({
        title: 'English to German',
        summary: 'Translates captions.',
        scores: { 'BLEU | test': 38.2 },
        seed: 1,
        license: 'CC BY 4.0',
        command: 'attentive translate train',
      }),
    ).toMatchInlineSnapshot(`
      "# English to German

      Translates captions.

      | Score | |
      |---|---|
      | BLEU \\| test | 38.2 |

      | Fact | |
      |---|---|
      | Seed | 1 |
      | Licence | CC BY 4.0 |

      ## Train it again

      \`\`\`sh
      attentive translate train
      \`\`\`
      "
    `)
    expect(modelCard({ title: 'A', summary: 'B.' })).toBe('# A\n\nB.\n')
  })
})
