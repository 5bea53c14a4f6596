/** What a reproduction finds and leaves in folders. */
import { join } from 'node:path'
import { InvalidArgumentError, isModelFolder, type LogEntry, writeFileAtomically } from '@attentive/core'
import { logOf } from './log.js'

/** @throws InvalidArgumentError when one of the folders holds a run. */
export async function requireNoRuns(folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    if (await isModelFolder(join(folder, 'last')))
      throw new InvalidArgumentError({
        argument: folder,
        expected: 'no earlier run',
        received: 'one',
        hint: 'Go on with it by --resume, or remove the folder.',
      })
}

export interface Results {
  name: string
  command: string
}

/** `NAME.json` and `NAME.log`. @param histories by the name of each training. */
export async function writeResults<R extends Results>(
  folder: string,
  result: R,
  { histories, summary }: { histories: ReadonlyMap<string, readonly LogEntry[]>; summary: string },
): Promise<void> {
  const path = join(folder, result.name)
  await writeFileAtomically(`${path}.json`, `${JSON.stringify(result, null, 2)}\n`)
  await writeFileAtomically(`${path}.log`, logOf(result.command, histories, summary))
}
