import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from './command.js'
import { heldOut, writeCorpus } from './number-corpus.js'

let folder: string
let corpus: Awaited<ReturnType<typeof writeCorpus>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attentive-messages-'))
  corpus = await writeCorpus(folder)
})
afterAll(() => rm(folder, { recursive: true }))

describe('wrong usage', () => {
  const train = ['translate', 'train', '--train', 'a.en', 'a.de', '--out', 'model']
  const run = ['translate', 'run', '--model', 'm', 'text']
  it.each([
    ['no command', [], 'Usage: attentive'],
    ['no verb', ['translate'], 'Usage: attentive translate'],
    ['an unknown command', ['translte'], "unknown command 'translte'\n(Did you mean translate?)"],
    ['an unknown verb', ['translate', 'trian'], 'Did you mean train?'],
    [
      'an unknown flag',
      [...run, '--beam-sizes', '3'],
      "unknown option '--beam-sizes'\n(Did you mean --beam-size?)",
    ],
    [
      'a missing flag',
      ['translate', 'evaluate', '--model', 'm'],
      "required option '--test <file...>' not specified",
    ],
    ['a mistyped flag that is required', ['translate', 'run', '--modell', 'm'], 'Did you mean --model?'],
    [
      'a number that is none',
      [...train, '--epochs', 'ten'],
      "'ten' is invalid. Expected a positive integer.",
    ],
    ['a negative number', [...train, '--threads', '-1'], "'-1' is invalid. Expected a positive integer."],
    [
      'a choice that is none',
      [...run, '--engine', 'gpu'],
      'Allowed choices are auto, onnxruntime, eager, tfjs-node, wasm, cpu.',
    ],
    ['three files', ['translate', 'train', '--out', 'm', '--train', 'a', 'b', 'c'], 'Expected two files'],
    ['one column', [...train, '--columns', '1'], 'Expected two columns'],
    ['a penalty that is none', [...run, '--length-penalty', 'short'], 'Expected gnmt, average or none'],
    ['an exponent that is none', [...run, '--length-penalty', 'gnmt:x'], 'Expected a number of at least 0'],
    [
      'flags that exclude each other',
      [...train, '--resume', '--overwrite'],
      "cannot be used with option '--resume'",
    ],
    [
      'a file whose format nobody knows',
      ['translate', 'train', '--train', 'a.en', '--out', 'm'],
      '.tsv, .csv or .jsonl',
    ],
  ])('%s: exit code 2, and what would be right', async (_, args, message) => {
    const { code, stdout, stderr } = await command(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('help is no mistake, on every level, with examples', async () => {
    const verbs = ['train', 'evaluate', 'run', 'average'].map((verb) => ['translate', verb])
    for (const path of [[], ...verbs]) {
      const { code, stdout, stderr } = await command([...path, '--help'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain(`Usage: ${['attentive', ...path].join(' ')} `)
      expect(stdout).toContain(`$ ${['attentive', ...path].join(' ')}`)
    }
  })
})

describe('failures', () => {
  const failing = async (args: readonly string[], options?: Parameters<typeof command>[1]) => {
    const { code, stdout, stderr } = await command(args, options)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    return stderr
  }
  const train = (files: string[], ...flags: string[]) => {
    return ['translate', 'train', '--train', ...files, '--out', join(folder, 'model'), '--json', ...flags]
  }

  it('a corpus that is not there is named', async () => {
    const [source] = corpus.train as [string]
    const stderr = await failing(train([source, join(folder, 'nowhere.de')]))
    expect(stderr).toMatch(/^error: .*nowhere\.de: expected a readable file.*ENOENT.*\n$/)
  })

  it('a folder without a model is named', async () => {
    const stderr = await failing(['translate', 'run', '--model', folder, 'text'])
    expect(stderr).toBe(
      `error: ${folder}: expected a model folder with config.json, received none. Check the path, or train a model first.\n`,
    )
  })

  it('a folder of something else says so', async () => {
    await writeFile(join(folder, 'config.json'), '{"name": "somebody else"}')
    const stderr = await failing(['translate', 'evaluate', '--model', folder, '--test', ...corpus.test])
    await rm(join(folder, 'config.json'))
    expect(stderr).toContain(`error: ${folder}`)
    expect(stderr.split('\n')[0]).toMatch(/expected .*, received /)
  })

  it('files of different lengths are counted', async () => {
    const [source] = corpus.test as [string]
    const stderr = await failing(train([source, corpus.short]))
    expect(stderr).toContain(
      `expected files with the same number of lines, received ${heldOut.length} and ${heldOut.length - 1} lines`,
    )
  })

  it('a bad line is named, or passed over and reported once', async () => {
    const table = join(folder, 'bad.tsv')
    await writeFile(table, 'one two\tzwei eins\njust one column\nthree four\tvier drei\n')
    expect(await failing(train([table]))).toContain(`${table}, line 2: expected a pair of texts`)
    const tiny = ['--epochs', '2', '--batch-size', '2']
    const { code, stderr } = await command(train([table], '--on-bad-line', 'skip', ...tiny))
    expect(code).toBe(0)
    expect(stderr.match(/^skipped .*bad\.tsv, line 2: .*$/gm)).toHaveLength(1)
  })

  it('says where it happened with --debug, or DEBUG, only', async () => {
    const args = ['translate', 'run', '--model', folder, 'text']
    expect(await failing(args)).not.toContain('    at ')
    expect(await failing([...args, '--debug'])).toContain('    at ')
    expect(await failing(args, { env: { DEBUG: '1' } })).toContain('    at ')
  })
})

describe('configuration files', () => {
  const trainWith = async (text: string) => {
    const config = join(folder, 'wrong.yaml')
    await writeFile(config, text)
    const args = [
      'translate',
      'train',
      '--train',
      ...corpus.train,
      '--out',
      join(folder, 'unused'),
      '--config',
      config,
    ]
    const { code, stderr } = await command(args)
    return { code, message: stderr.replace(config, 'wrong.yaml') }
  }

  it.each([
    ['a field that does not exist', 'training: { epoch: 3 }', 'epoch'],
    ['a value of the wrong type', 'model: { hiddenSize: large }', 'hiddenSize'],
    ['a text setting of one side', 'source: { tokenizer: { type: spaces } }', 'tokenizer'],
    ['broken YAML', 'training: [', 'line 1'],
    ['a list', '- 1\n- 2', 'object'],
    ['a prototype', '{"__proto__": {"seed": 3}}', '__proto__'],
  ])('%s is named with exit code 2', async (_, text, place) => {
    const { code, message } = await trainWith(text)
    expect(code).toBe(2)
    expect(message).toContain(place)
  })

  it('a file that is not there is a failure', async () => {
    const args = [
      'translate',
      'train',
      '--train',
      ...corpus.train,
      '--out',
      join(folder, 'unused'),
      '--config',
      'none.yaml',
    ]
    const { code, stderr } = await command(args)
    expect(code).toBe(1)
    expect(stderr).toContain('--config: expected a readable file, received ENOENT')
  })
})
