import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
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
      'more hypotheses than make sense',
      [...run, '--beam-size', '100000'],
      "'100000' is invalid. Expected an integer from 1 to 1000.",
    ],
    ['texts and standard input', [...run, '-'], 'error: input: expected texts, or - for the lines'],
    [
      'a beam for what is drawn at random',
      [...run, '--top-k', '3', '--beam-size', '4'],
      "option '--top-k <n>' cannot be used with option '--beam-size <n>'",
    ],
    [
      'a seed for what is not drawn',
      [...run, '--seed', '3'],
      'error: --seed: expected --temperature, --top-k or --top-p beside it',
    ],
    [
      'flags that exclude each other',
      [...train, '--resume', '--overwrite'],
      "cannot be used with option '--resume'",
    ],
    [
      'a file whose format nobody knows',
      ['translate', 'train', '--train', 'a.en', '--out', 'm'],
      'error: --format: expected a file named .tsv, .csv or .jsonl',
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
    const message = await failing(train([table]))
    expect(message).toContain(`${table}, line 2: expected a pair of texts`)
    expect(message).toContain('pass over such lines with --on-bad-line skip.')
    const tiny = ['--epochs', '2', '--batch-size', '2']
    const { code, stderr } = await command(train([table], '--on-bad-line', 'skip', ...tiny))
    expect(code).toBe(0)
    expect(stderr.match(/^skipped .*bad\.tsv, line 2: .*$/gm)).toHaveLength(1)
  })

  it('the flags that would be right are named, not the options of the library', async () => {
    const out = ['--out', join(folder, 'unused')]
    const start = ['translate', 'train', '--train', ...corpus.train, ...out]
    for (const [flag, ...rest] of [
      ['--keep-best', '2'],
      ['--average-best', '2'],
    ]) {
      const { code, stderr } = await command([...start, flag as string, ...rest])
      expect(code).toBe(2)
      expect(stderr).toContain(`error: ${flag}: expected a validation`)
    }
  })

  it('a training that fails leaves no folder that it has made, and those that were there', async () => {
    const out = join(folder, 'new/deep/model')
    const start = ['translate', 'train', '--train', corpus.train[0] as string, corpus.short, '--out']
    expect((await command([...start, out])).code).toBe(1)
    expect(await readdir(folder)).not.toContain('new')
    await mkdir(out, { recursive: true })
    expect((await command([...start, out])).code).toBe(1)
    expect(await readdir(join(folder, 'new/deep'))).toEqual(['model'])
  })

  it.each([
    ['en,de', true],
    ['source,target', true],
    ['English,pt-BR', true],
    ['one two,zwei eins', false],
    ['no,nein', false],
  ])('a first row %s of a table: says that it is a header? %s', async (row, expected) => {
    const table = join(folder, 'table.csv')
    // The last line stops the run before it costs time.
    await writeFile(table, `${row}\none two,zwei eins\njust one column\n`)
    const warning = `${table}, line 1 looks like a header, and is taken as a pair: a header is passed over with --columns ${row}`
    expect((await failing(train([table], '--overwrite'))).includes(warning)).toBe(expected)
    expect(await failing(train([table], '--overwrite', '--columns', '0,1'))).not.toContain('looks like')
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
    [
      'a stemmer that there is not',
      'text: { stemmer: klingon }',
      /wrong\.yaml: .*\n?.*expected one of "en"\|.*"uk" or false\n {2}→ at text\.stemmer/i,
    ],
    ['a setting of one side', 'target: { stopWords: xx }', /one of "de"\|[\s\S]*→ at target\.stopWords\./],
    [
      'a setting within a setting',
      'text: { normalize: { punctuation: xx } }',
      /one of "en"\|.*"other" or false\n {2}→ at text\.normalize\.punctuation\./i,
    ],
    ['a text setting that does not exist', 'text: { stemer: en }', '→ at text.stemer.'],
    ['broken YAML', 'training: [', 'line 1'],
    ['a list', '- 1\n- 2', 'object'],
    ['a prototype', '{"__proto__": {"seed": 3}}', '__proto__'],
  ])('%s is named with exit code 2', async (_, text, place) => {
    const { code, message } = await trainWith(text)
    expect(code).toBe(2)
    expect(message).toMatch(place)
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
