import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandResult, command } from './command.js'
import { heldOut, writeCorpus } from './number-corpus.js'

describe('attentive translate', () => {
  let folder: string
  let model: string
  let corpus: Awaited<ReturnType<typeof writeCorpus>>
  let training: CommandResult

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attentive-cli-'))
    model = join(folder, 'models/numbers')
    corpus = await writeCorpus(join(folder, 'data'))
    const data = ['--train', ...corpus.train, '--validation', ...corpus.test]
    training = await command([
      'translate',
      'train',
      ...data,
      '--config',
      corpus.config,
      '--out',
      model,
      '--keep-last',
      '3',
      '--average-best',
      '2',
      '--json',
    ])
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true }))

  it('trains, with one JSON object on standard output and progress on standard error', () => {
    expect(training.code).toBe(0)
    const report = JSON.parse(training.stdout)
    expect(report).toMatchObject({ model, stoppedBy: 'epochs', resumedFrom: null, metric: 'perplexity' })
    expect(report.best.score).toBeLessThan(1.5)
    expect(training.stderr.match(/^step \d+ · epoch \d+\/20 .*perplexity/gm)).toHaveLength(20)
    expect(training.stderr).not.toContain('\u001b')
  })

  it('averages the models of a run, its best ones in training and others afterwards', async () => {
    const { averaged, snapshots } = JSON.parse(training.stdout)
    expect(averaged.steps).toHaveLength(2)
    const folders = snapshots.map((snapshot: { folder: string }) => snapshot.folder)
    expect(folders.length).toBeGreaterThanOrEqual(3)
    const average = (...flags: string[]) => command(['translate', 'average', ...flags])
    const weights = (name: string) => readFile(join(name, 'model.safetensors'))
    const out = join(folder, 'averaged')
    const best = averaged.steps.map((step: number) =>
      folders.find((name: string) => name.endsWith(`0${step}`)),
    )
    expect(await average('--models', ...best, '--out', out)).toMatchObject({
      code: 0,
      stdout: `Saved the mean of 2 models in ${out}.\n`,
      stderr: '',
    })
    expect(await weights(out)).toEqual(await weights(model))
    expect(await readFile(join(out, 'README.md'), 'utf8')).toContain('mean of the weights of 2 models')
    const all = await average('--models', join(model, 'snapshots'), '--out', `${out}-all`, '--json')
    expect(JSON.parse(all.stdout)).toEqual({ model: `${out}-all`, models: folders })
    expect((await average('--models', model, '--out', out)).stderr).toContain('--out: expected a new folder')
    const nothing = await average('--models', folder, '--out', `${out}-none`)
    expect(nothing).toMatchObject({ code: 1, stdout: '' })
    expect(nothing.stderr).toContain('expected a model folder')
  })

  it('evaluates with signatures, and writes what it scored', async () => {
    const out = join(folder, 'output.de')
    const args = ['translate', 'evaluate', '--model', model, '--test', ...corpus.test, '--out', out]
    const { code, stdout, stderr } = await command(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^BLEU\|nrefs:1\|.*\|tok:13a\|smooth:exp\|version:\S+ = \d+\.\d\d /m)
    for (const metric of ['chrF2', 'TER', 'multi-bleu']) expect(stdout).toContain(`${metric}|nrefs:1`)
    expect(stdout).toMatch(/^perplexity = 1\.\d{3}$/m)
    expect(stdout).toMatch(new RegExp(`^${heldOut.length} sentences, [\\d.]+ a second$`, 'm'))
    const output = (await readFile(out, 'utf8')).split('\n').slice(0, -1)
    const right = output.filter((text, i) => text === heldOut[i]?.target)
    expect(right.length / heldOut.length).toBeGreaterThan(0.9)
  })

  it('finds out before it translates that the output cannot be written', async () => {
    const evaluate = ['translate', 'evaluate', '--model', model, '--test', ...corpus.test, '--out']
    const { code, stdout, stderr } = await command([...evaluate, folder])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(`error: ${folder}: expected a file to write to, received a folder.\n`)
    // Nothing is left of the attempt where something else is wrong.
    const out = join(folder, 'not/there/yet.de')
    const failed = await command([
      'translate',
      'evaluate',
      '--model',
      folder,
      '--test',
      ...corpus.test,
      '--out',
      out,
    ])
    expect(failed.code).toBe(1)
    expect(await readdir(folder)).not.toContain('not')
  })

  it('prints the scores even if the output cannot be written in the end', async () => {
    const out = join(folder, 'in-the-way.de')
    const evaluate = ['translate', 'evaluate', '--model', model, '--test', ...corpus.test, '--out', out]
    // Where the text is written before it takes its name: something that was not in the way of the attempt.
    await mkdir(`${out}.partial`)
    const { code, stdout, stderr } = await command([...evaluate, '--json'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`error: ${out}: expected`) })
    expect(JSON.parse(stdout)).toMatchObject({ sentences: heldOut.length, scores: expect.any(Object) })
  })

  it('evaluates an ensemble of a model with itself like the model, from a table with a header', async () => {
    const test = ['--test', corpus.testTable, '--columns', 'english,german', '--json']
    const alone = await command(['translate', 'evaluate', '--model', model, ...test])
    const together = await command(['translate', 'evaluate', '--model', model, model, ...test])
    const [one, two] = [JSON.parse(alone.stdout), JSON.parse(together.stdout)]
    expect(one.sentences).toBe(heldOut.length)
    expect(two).toMatchObject({ model: [model, model], scores: one.scores })
    expect(two.perplexity).toBeCloseTo(one.perplexity, 4)
  })

  it('evaluates a test set line by line: what is empty, or passed over, has an empty translation', async () => {
    const [source, target, out] = ['odd.en', 'odd.de', 'odd.out'].map((name) =>
      join(folder, name),
    ) as string[]
    const evaluate = ['translate', 'evaluate', '--model', model, '--test', source, target, '--out', out]
    await writeFile(source as string, 'six three\n\none two\n')
    await writeFile(target as string, 'drei sechs\nnichts\nzwei eins\n')
    expect(await command(evaluate as string[])).toMatchObject({ code: 0, stderr: '' })
    expect(await readFile(out as string, 'utf8')).toBe('drei sechs\n\nzwei eins\n')

    await writeFile(source as string, Buffer.from('six three\n\xff\none two\n', 'latin1'))
    expect(await command(evaluate as string[])).toMatchObject({ code: 1, stdout: '' })
    const { code, stderr } = await command([...(evaluate as string[]), '--on-bad-line', 'skip'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: `skipped ${source}, line 2: not valid UTF-8\n` })
    expect(await readFile(out as string, 'utf8')).toBe('drei sechs\n\nzwei eins\n')
  })

  it('scores by the metrics that are asked for, and says whether another system is worse or only unlucky', async () => {
    const baseline = join(folder, 'baseline.de')
    await writeFile(baseline, heldOut.map(({ target }) => `${target.split(' ')[0]} null\n`).join(''))
    const evaluate = ['translate', 'evaluate', '--model', model, '--test', ...corpus.test]
    const flags = ['--baseline', baseline, '--metric', 'chrf++', 'exact-match']
    const { stdout } = await command([...evaluate, ...flags])
    expect(stdout).toMatch(/^chrF2\+\+\|nrefs:1\|.* = \d+\.\d\d$/m)
    expect(stdout).not.toContain('BLEU')
    expect(stdout).toMatch(
      /^exact match\|nrefs:1\|bs:1000\|seed:12345\|.*: baseline 0\.00, system \d+\.\d\d, difference .* p = 0\.0010, better on 100\.0 % of/m,
    )
    const json = JSON.parse((await command([...evaluate, '--baseline', baseline, '--json'])).stdout)
    expect(json.comparison.map(({ metric }: { metric: string }) => metric)).toEqual(['BLEU', 'chrF2', 'TER'])
    expect(json.comparison[0].system.score).toBe(json.scores.bleu.score)

    await writeFile(baseline, 'only one line\n')
    const refused = await command([...evaluate, ...flags])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain(
      `baseline.de: expected ${heldOut.length} lines, as in the test set, received 1 lines`,
    )
  })

  it('hands search flags on: a cut-off shows in the scores', async () => {
    const args = [
      'translate',
      'evaluate',
      '--model',
      model,
      '--test',
      ...corpus.test,
      '--max-length',
      '1',
      '--json',
    ]
    const { scores } = JSON.parse((await command(args)).stdout)
    expect(scores.bleu.score).toBeLessThan(30)
  })

  it('translates texts given as arguments, one line each', async () => {
    const run = ['translate', 'run', '--model', model]
    const { code, stdout } = await command([...run, 'two five one', 'six three'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'eins fünf zwei\ndrei sechs\n' })
  })

  it('translates lines of standard input as they come: chunks in pieces, empty lines, no last newline', async () => {
    const stdin = ['two fi', 've one\r\n\nsix', ' three']
    const { stdout } = await command(['translate', 'run', '--model', model, '-'], { stdin })
    expect(stdout).toBe('eins fünf zwei\n\ndrei sechs\n')
  })

  it('translates with weights of 8 bits, and knows no other precisions', async () => {
    const run = ['translate', 'run', '--model', model, 'six three', '--precision']
    expect((await command([...run, 'int8'])).stdout).toBe('drei sechs\n')
    const { code, stderr } = await command([...run, 'int4'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('Allowed choices are float32, int8')])
  })

  it('gives n-best translations with falling scores', async () => {
    const run = ['translate', 'run', '--model', model, '--n-best', '3']
    const { stdout } = await command([...run, 'six three', 'one two'])
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ||| '))
    expect(rows.map(([number]) => number)).toEqual(['0', '0', '0', '1', '1', '1'])
    expect(rows[0]?.[1]).toBe('drei sechs')
    const scores = rows.slice(0, 3).map(([, , score]) => Number(score))
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  })

  it('draws translations at random, the same for the same seed, however lines arrive', async () => {
    const run = ['translate', 'run', '--model', model, '--temperature', '3']
    const texts = ['six three', 'two five one', 'one two', 'four four six', 'three one']
    const lines = `${texts.join('\n')}\n`
    const drawn = async (flags: string[], stdin = [lines]) =>
      (await command([...run, ...flags], { stdin })).stdout
    const first = await drawn(['--seed', '5'])
    expect(first.match(/\n/g)).toHaveLength(texts.length)
    expect(await drawn(['--seed', '5'], [lines.slice(0, 14), lines.slice(14)])).toBe(first)
    expect(await drawn(['--seed', '6'])).not.toBe(first)
    const likeliest = await command(['translate', 'run', '--model', model, '--beam-size', '1'], {
      stdin: [lines],
    })
    expect(await drawn(['--top-k', '1'])).toBe(likeliest.stdout)
    expect(await drawn(['--top-p', '0.001'])).toBe(likeliest.stdout)
    expect(first).not.toBe(likeliest.stdout)
  })

  it('hands length limits and bans to the search', async () => {
    const run = ['translate', 'run', '--model', model]
    const words = async (text: string, ...flags: string[]) =>
      (await command([...run, text, ...flags])).stdout.trim().split(' ')
    expect((await words('six three', '--min-length', '5')).length).toBeGreaterThanOrEqual(5)
    expect(await words('four four')).toEqual(['vier', 'vier'])
    expect(await words('four four', '--no-repeat-ngram-size', '1')).not.toEqual(['vier', 'vier'])
    const wrong = await command([...run, 'six three', '--min-length', '6', '--max-length', '5'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('error: --min-length: expected at most --max-length (5), received 6')
  })

  it('prints JSON, and nothing else, of what it read from standard input', async () => {
    const { stdout, stderr } = await command(['translate', 'run', '--model', model, '--json'], {
      stdin: ['six three\n', 'one two\n'],
    })
    expect(stderr).toBe('')
    const { results } = JSON.parse(stdout)
    expect(results).toMatchObject([
      {
        source: 'six three',
        translations: [{ text: 'drei sechs', tokens: ['drei', 'sechs'], finished: true }],
      },
      { source: 'one two', translations: [{ text: 'zwei eins' }] },
    ])
  })

  it('draws attention as SVG and PNG and writes its numbers', async () => {
    const pictures = join(folder, 'pictures')
    await command(['translate', 'run', '--model', model, '--attention', pictures, 'six three', '', 'one two'])
    const expected = ['1', '3'].flatMap((n) => ['json', 'png', 'svg'].map((type) => `attention-${n}.${type}`))
    expect((await readdir(pictures)).sort()).toEqual(expected)
    const { rows, columns, weights } = JSON.parse(await readFile(join(pictures, 'attention-1.json'), 'utf8'))
    expect({ rows, columns }).toEqual({ rows: ['drei', 'sechs'], columns: ['six', 'three', '</s>'] })
    for (const row of weights as number[][])
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
    expect(await readFile(join(pictures, 'attention-3.svg'), 'utf8')).toContain('zwei')
    const png = await readFile(join(pictures, 'attention-1.png'))
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')])
  })

  it('translates the beginning of a text that is too long, and says so', async () => {
    const run = ['translate', 'run', '--model', model, '--max-source-length', '2']
    const { code, stdout, stderr } = await command([...run, 'six three', 'two five one'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'drei sechs\nfünf zwei\n' })
    expect(stderr).toBe(
      'text 2 is longer than 2 tokens: only its beginning was translated (see --max-source-length)\n',
    )
    const stdin = ['one\ntwo five one\n']
    const json = await command([...run, '--json'], { stdin })
    expect(json.stderr).toContain('standard input, line 2 is longer than 2 tokens')
    const { results } = JSON.parse(json.stdout)
    expect(results).toMatchObject([
      { translations: [{ truncated: false }] },
      { translations: [{ truncated: true }] },
    ])
    const test = ['--test', ...corpus.test, '--max-source-length', '2']
    const evaluated = await command(['translate', 'evaluate', '--model', model, ...test])
    const long = heldOut.filter(({ source }) => source.split(' ').length > 2).length
    expect(evaluated.stderr).toContain(`Of ${long} texts only the beginning was translated`)
  })

  it('stops at an endless line when it has answered those before it, or passes over it', async () => {
    const run = ['translate', 'run', '--model', model]
    const stdin = [`six three\n${'one '.repeat(6000)}\none two\n`]
    const stopped = await command(run, { stdin })
    expect(stopped).toMatchObject({ code: 1, stdout: 'drei sechs\n' })
    expect(stopped.stderr).toContain('standard input, line 2: expected at most 20000 characters')
    expect(await command([...run, '--on-bad-line', 'skip'], { stdin })).toEqual({
      code: 0,
      stdout: 'drei sechs\n\nzwei eins\n',
      stderr: 'skipped standard input, line 2: longer than 20000 characters\n',
    })
  })

  it('copies the source word where it knows none, if asked', async () => {
    const args = ['translate', 'run', '--model', model, 'six Ontario', '--json']
    const [plain, copied] = [await command(args), await command([...args, '--replace-unknown'])]
    const tokens = ({ stdout }: CommandResult) =>
      JSON.parse(stdout).results[0].translations[0].tokens as string[]
    expect(tokens(copied)).not.toContain('<unk>')
    expect(tokens(copied).length).toBe(tokens(plain).length)
  })

  it('refuses a folder that holds a run, and resumes a finished one without another step', async () => {
    const data = ['--train', ...corpus.train, '--validation', ...corpus.test, '--config', corpus.config]
    const again = await command(['translate', 'train', ...data, '--out', model])
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toContain('which holds a model or a training run. Continue the run with --resume')
    const resumed = await command([
      'translate',
      'train',
      ...data,
      '--out',
      model,
      '--resume',
      '--average-best',
      '2',
      '--json',
    ])
    const steps = JSON.parse(training.stdout).steps
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      resumedFrom: steps,
      steps,
      best: { step: expect.any(Number) },
      averaged: JSON.parse(training.stdout).averaged,
    })
  })
})
