import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from './command.js'
import { writeCorpus } from './number-corpus.js'

describe('attentive translate train, interrupted', () => {
  let folder: string
  let train: (name: string, ...flags: string[]) => string[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attentive resume-'))
    const corpus = await writeCorpus(folder)
    const data = ['--train', ...corpus.train, '--validation', ...corpus.test, '--config', corpus.config]
    train = (name, ...flags) => [
      'translate',
      'train',
      ...data,
      '--out',
      join(folder, name),
      '--epochs',
      '2',
      ...flags,
    ]
  })
  afterAll(() => rm(folder, { recursive: true }))
  const weights = (name: string) => readFile(join(folder, name, 'model.safetensors'))

  it('saves, says how to go on, and in the end has the weights of a run that was not interrupted', async () => {
    await command(train('whole'))
    const stopped = await command(train('stopped', '--json'), { interruptAt: /epoch 1\/2/ })
    expect(stopped.code).toBe(0)
    const { stoppedBy, steps } = JSON.parse(stopped.stdout)
    expect(stoppedBy).toBe('interrupt')
    expect(stopped.stderr).toContain(`Stopped after step ${steps}; everything is saved. Go on with`)
    expect(stopped.stderr).toContain(`--out '${join(folder, 'stopped')}' --epochs 2 --resume\n`)
    expect(await weights('stopped')).not.toEqual(await weights('whole'))

    const resumed = await command(train('stopped', '--resume', '--json'))
    expect(JSON.parse(resumed.stdout)).toMatchObject({ stoppedBy: 'epochs', resumedFrom: steps })
    expect(await weights('stopped')).toEqual(await weights('whole'))
  })

  it('begins anew with --overwrite, unless the corpus cannot be read', async () => {
    const { stdout } = await command(train('old', '--json'))
    const typo = ['translate', 'train', '--train', 'nowhere.tsv', '--out', join(folder, 'old'), '--overwrite']
    expect((await command(typo)).code).toBe(1)
    expect(existsSync(join(folder, 'old/last'))).toBe(true)
    const anew = await command(train('old', '--overwrite', '--json'), { interruptAt: /epoch 1\/2/ })
    expect(JSON.parse(anew.stdout)).toMatchObject({ stoppedBy: 'interrupt', resumedFrom: null })
    expect(JSON.parse(anew.stdout).steps).toBeLessThan(JSON.parse(stdout).steps)
  })

  it('names the setting that a resumed run must not change', async () => {
    await command(train('fixed'), { interruptAt: /epoch 1\/2/ })
    const { code, stderr } = await command(train('fixed', '--resume', '--batch-size', '16'))
    expect(code).toBe(2)
    expect(stderr).toContain('error: --batch-size: expected 32, as when the run was started, received 16.')
  })
})
