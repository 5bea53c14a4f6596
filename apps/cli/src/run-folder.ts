/** The folder of a training run: continued or replaced when that is asked for, never by accident. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidArgumentError, isModelFolder } from '@attentive/core'

/** What training writes beside the finished model. */
const checkpoints = ['last', 'best', 'network', 'network/last', 'network/best']
const others = ['snapshots', 'training.jsonl', 'calibration']

interface RunFolderFlags {
  resume?: boolean | undefined
  overwrite?: boolean | undefined
}

/** @throws InvalidArgumentError when the folder holds a model or a run. */
export async function requireNewFolder(folder: string, hint: string): Promise<void> {
  if (await holdsModel(folder))
    throw new InvalidArgumentError({
      argument: '--out',
      expected: 'a new folder',
      received: `${folder}, which holds a model or a training run`,
      hint,
    })
}

/**
 * @throws InvalidArgumentError when the folder holds a run and neither flag says what to do about it.
 */
export async function prepareRunFolder(folder: string, { resume, overwrite }: RunFolderFlags): Promise<void> {
  if (resume) return
  if (overwrite) return clear(folder)
  await requireNewFolder(
    folder,
    'Continue the run with --resume, or begin another in its place with --overwrite.',
  )
}

async function holdsModel(folder: string): Promise<boolean> {
  for (const place of [folder, ...checkpoints.map((name) => join(folder, name))])
    if (await isModelFolder(place)) return true
  return false
}

/** Nothing may be left to resume from. The finished model stays until there is another to take its place. */
async function clear(folder: string): Promise<void> {
  for (const name of [...checkpoints, ...others])
    await rm(join(folder, name), { recursive: true, force: true })
}
