import { describe, expect, it } from 'vitest'
import { command } from './command.js'

const flagNames = async (task: string) =>
  Array.from(
    (await command([task, 'train', '--help'])).stdout.matchAll(/^ {2}(--[a-z-]+)/gm),
    ([, flag]) => flag,
  )

describe('the help of every train command', () => {
  it.each(['translate', 'forecast', 'detect', 'classify-series'])(
    'names the settings of %s in one order',
    async (task) => {
      const flags = await flagNames(task)
      const common = [
        ...['--train', '--out', '--validation'],
        ...['--config', '--seed', '--epochs', '--batch-size', '--learning-rate'],
        ...['--resume', '--overwrite', '--save-every'],
        ...['--engine', '--threads', '--json'],
      ]
      expect(flags.filter((flag) => common.includes(flag as string))).toEqual(common)
    },
  )
})
