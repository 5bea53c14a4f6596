/**
 * The checkpoints of a run: `last`, from which it resumes, `best`, the model of the best validation, and `snapshots`,
 * those of several.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { CheckpointError } from '../errors.js'
import { isModelFolder, loadModelFolder, saveModelFolder } from '../io/model-folder.js'
import type { StateDict } from '../layers/module.js'
import { averageStates } from './average-states.js'
import type { ScoreMode } from './best-score.js'
import { loadCheckpoint, type ModelDescription, saveCheckpoint } from './checkpoint.js'
import { requireSameSettings } from './same-settings.js'
import { type Snapshot, Snapshots } from './snapshots.js'
import type { CheckpointOptions, KeptSnapshot, TrainOptions } from './train-options.js'
import type { TrainingState } from './training-state.js'

/** The part of the state that the run itself knows. */
export type RunState = Omit<
  TrainingState,
  'optimizer' | 'schedule' | 'average' | 'rngs' | 'snapshots' | 'format' | 'version'
>

type Trained = Pick<TrainOptions<never>, 'model' | 'optimizer' | 'schedule' | 'average' | 'rngs'>

export class RunCheckpoints {
  /** Step of the last save or restore; null before. */
  lastSavedStep: number | null = null
  private lastSavedAt = performance.now()
  private readonly snapshots: Snapshots

  /** @param mode whether smaller or larger scores of the validation are better. */
  constructor(
    private readonly options: CheckpointOptions,
    private readonly trained: Trained,
    mode: ScoreMode,
  ) {
    const { folder, keepBest = 0, keepLast = 0, averageBest = 0 } = options
    this.snapshots = new Snapshots(folder, { best: Math.max(keepBest, averageBest), last: keepLast, mode })
  }

  /** Begins a new run: snapshots of an earlier one in the folder go with its history. */
  async begin(): Promise<void> {
    await this.snapshots.sweep()
  }

  /** Saves `last` if its time has come; true if it did. */
  async saveIfDue(step: number, state: () => RunState): Promise<boolean> {
    const { everySteps, everyMinutes = 10 } = this.options
    const minutes = (performance.now() - this.lastSavedAt) / 60_000
    const due = minutes >= everyMinutes || (everySteps !== undefined && step % everySteps === 0)
    if (due) await this.saveLast(state())
    return due
  }

  async saveLast(state: RunState): Promise<void> {
    const { model, optimizer, schedule, average, rngs = {} } = this.trained
    const { tensors: moments, ...header } = optimizer.state()
    const averaged = average?.state()
    await saveCheckpoint(this.folder('last'), this.describe(), {
      weights: model.stateDict(),
      tensors: { ...moments, ...averaged?.tensors },
      state: {
        format: 'attentive-training',
        version: 1,
        ...state,
        optimizer: header,
        schedule: schedule?.state ?? null,
        average: averaged?.updates ?? null,
        rngs: Object.fromEntries(Object.entries(rngs).map(([name, rng]) => [name, [...rng.state]])),
        snapshots: this.snapshots.state,
      },
    })
    await this.snapshots.sweep()
    this.lastSavedStep = state.step
    this.lastSavedAt = performance.now()
  }

  async saveBest(weights: StateDict): Promise<void> {
    await saveModelFolder(this.folder('best'), { ...this.describe(), weights })
  }

  async loadBest(): Promise<StateDict> {
    return loadWeights(this.folder('best'))
  }

  /** Keeps the model of a validation, if it is among those to be kept. */
  async saveSnapshot(snapshot: Snapshot, weights: () => StateDict): Promise<void> {
    await this.snapshots.add(snapshot, (folder) =>
      saveModelFolder(folder, { ...this.describe(), weights: weights() }),
    )
  }

  /** In order of their steps. */
  get kept(): KeptSnapshot[] {
    return this.snapshots.state.map((one) => ({ ...one, folder: this.snapshots.folderOf(one) }))
  }

  /** The mean of the `averageBest` best snapshots; null when that is not asked for, or none is there. */
  async averageOfBest(): Promise<{ weights: StateDict; steps: number[] } | null> {
    const best = this.snapshots.best(this.options.averageBest ?? 0)
    if (best.length === 0) return null
    const folders = best.map((one) => this.snapshots.folderOf(one))
    return { weights: await averageStates(loadOneByOne(folders)), steps: best.map(({ step }) => step) }
  }

  /** Puts model, optimiser, schedule, average and generators back to where `last` is; null when there is none. */
  async restore(): Promise<TrainingState | null> {
    const folder = this.folder('last')
    if (!(await isModelFolder(folder))) return null
    const { config, weights, tensors, state } = await loadCheckpoint(folder)
    requireSameSettings(config, this.describe().config)
    const { model, optimizer, schedule, average, rngs = {} } = this.trained
    this.requireSameParts(state)
    model.loadStateDict(weights)
    optimizer.loadState({ ...state.optimizer, tensors })
    if (schedule && state.schedule !== null) schedule.state = state.schedule
    if (average && state.average !== null) average.loadState({ updates: state.average, tensors })
    for (const [name, rng] of Object.entries(rngs))
      rng.state = state.rngs[name] as [number, number, number, number]
    this.snapshots.state = state.snapshots
    await this.snapshots.sweep()
    this.lastSavedStep = state.step
    return state
  }

  private requireSameParts(state: TrainingState): void {
    const { average, rngs = {} } = this.trained
    const parts = (names: string[], averaged: boolean) =>
      `generators [${names.sort()}] and ${averaged ? 'an' : 'no'} exponential average`
    const saved = parts(Object.keys(state.rngs), state.average !== null)
    const given = parts(Object.keys(rngs), average !== undefined)
    if (saved !== given)
      throw new CheckpointError({
        argument: this.folder('last'),
        expected: given,
        received: saved,
        hint: 'Resume with the options the run was started with.',
      })
  }

  private describe(): ModelDescription {
    return this.options.describe?.() ?? { task: 'training', config: null }
  }

  private folder(name: 'last' | 'best'): string {
    return join(this.options.folder, name)
  }
}

async function* loadOneByOne(folders: string[]): AsyncGenerator<StateDict> {
  for (const folder of folders) yield loadWeights(folder)
}

async function loadWeights(folder: string): Promise<StateDict> {
  return (await loadModelFolder(folder, { schema: z.unknown() })).weights
}
