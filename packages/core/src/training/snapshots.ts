/**
 * Snapshots of a run: the models of its best and of its last validations, each a model folder of its own, numbered by
 * its training step: `snapshots/step-00000120`.
 *
 * Which ones are kept is part of the state in `last`. A snapshot is saved before `last` names it and removed after
 * `last` has ceased to, so that whatever happens in between, those that it names are there, whole.
 */
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isModelFolder } from '../io/model-folder.js'
import { guardWrites } from '../io/storage.js'
import type { ScoreMode } from './best-score.js'

/** A validation whose model was kept. */
export interface Snapshot {
  step: number
  score: number
}

export interface SnapshotLimits {
  /** How many of the best validations are kept. */
  best: number
  /** How many of the last validations are kept. */
  last: number
  mode: ScoreMode
}

const folderName = 'snapshots'
const namePattern = /^step-(\d+)$/
/** A folder under removal: no longer a snapshot, whatever is still in it. */
const removedSuffix = '.attentive-removed'

const nameOf = (step: number) => `step-${String(step).padStart(8, '0')}`

export class Snapshots {
  private kept: readonly Snapshot[] = []
  private readonly folder: string

  /** @param runFolder the run's folder, see `CheckpointOptions.folder`. */
  constructor(
    runFolder: string,
    private readonly limits: SnapshotLimits,
  ) {
    this.folder = join(runFolder, folderName)
  }

  /** In order of their steps. */
  get state(): Snapshot[] {
    return [...this.kept]
  }

  set state(state: readonly Snapshot[]) {
    this.kept = [...state]
  }

  folderOf({ step }: Snapshot): string {
    return join(this.folder, nameOf(step))
  }

  /** The `count` best, best first; of equal ones the earlier. */
  best(count: number): Snapshot[] {
    return bestOf(this.kept, count, this.limits.mode)
  }

  /** Takes a validation in: `save` writes its model, if it is to be kept. */
  async add(snapshot: Snapshot, save: (folder: string) => Promise<void>): Promise<void> {
    if (!Number.isFinite(snapshot.score)) return
    const { best, last, mode } = this.limits
    const all = [...this.kept, snapshot]
    const wanted = new Set([...bestOf(all, best, mode), ...all.slice(Math.max(0, all.length - last))])
    if (wanted.has(snapshot)) await save(this.folderOf(snapshot))
    this.kept = all.filter((one) => wanted.has(one))
  }

  /** Removes the folders of those that are kept no longer, and what a crash has left. */
  async sweep(): Promise<void> {
    const names = new Set(this.kept.map(({ step }) => nameOf(step)))
    for (const name of await entriesOf(this.folder)) {
      const path = join(this.folder, name)
      if (name.endsWith(removedSuffix)) await remove(path)
      else if (namePattern.test(name) && !names.has(name)) {
        await guardWrites(path, () => rename(path, path + removedSuffix))
        await remove(path + removedSuffix)
      }
    }
  }
}

/**
 * The snapshots in a folder such as `run/snapshots`, in order of their steps: those that were saved as a whole.
 * @returns none when there is no such folder.
 */
export async function listSnapshots(folder: string): Promise<{ step: number; folder: string }[]> {
  const found = (await entriesOf(folder)).flatMap((name) => {
    const step = namePattern.exec(name)?.[1]
    return step === undefined ? [] : [{ step: Number(step), folder: join(folder, name) }]
  })
  const whole = await Promise.all(found.map((snapshot) => isModelFolder(snapshot.folder)))
  return found.filter((_, i) => whole[i]).sort((a, b) => a.step - b.step)
}

function bestOf(snapshots: readonly Snapshot[], count: number, mode: ScoreMode): Snapshot[] {
  const sign = mode === 'min' ? 1 : -1
  return [...snapshots].sort((a, b) => sign * (a.score - b.score) || a.step - b.step).slice(0, count)
}

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

async function remove(path: string): Promise<void> {
  await guardWrites(path, () => rm(path, { recursive: true, force: true }))
}
