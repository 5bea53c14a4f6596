import { NdArray } from '../engine/nd-array.js'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import { requireRange } from './optimizers/hyper-parameters.js'
import type { Optimizer } from './optimizers/optimizer.js'

export interface ExponentialAverageOptions {
  /** δ; how much of the average is kept at each step. Default 0.999. */
  decay?: number
}

/**
 * Exponential moving average of the weights an optimiser trains (Polyak & Juditsky 1992, in the exponential form):
 * a ← a + (1 − δₜ)(p − a), δₜ = min(δ, (1 + t) / (10 + t)), so that early weights are soon forgotten.
 * It runs natively in the optimiser's own memory.
 */
export class ExponentialAverage {
  readonly decay: number
  private updates = 0
  private swapped = false

  /** @throws InvalidArgumentError when `decay` is not in [0, 1). */
  constructor(
    private readonly optimizer: Optimizer,
    { decay = 0.999 }: ExponentialAverageOptions = {},
  ) {
    this.decay = requireRange('decay', decay)
    this.restart()
  }

  /** Takes the current weights in; call it after every step. */
  update(): void {
    this.requireHome()
    const { kernels, length } = this.optimizer.memory
    const decay = Math.min(this.decay, (1 + this.updates) / (10 + this.updates))
    kernels.lerp(this.array('average').address, this.array('parameters').address, length, 1 - decay)
    this.updates++
  }

  /** Runs `body` with the averaged weights in place of the trained ones, and puts those back whatever happens. */
  async applied<T>(body: () => Promise<T>): Promise<T> {
    this.swap()
    try {
      return await body()
    } finally {
      this.swap()
    }
  }

  /** Leaves the averaged weights in the parameters, for good. */
  settle(): void {
    this.requireHome()
    this.array('parameters').all.set(this.array('average').all)
    this.touch()
  }

  /** The averages by `average.parameter`, and the number of updates, for a checkpoint. */
  state(): { updates: number; tensors: Record<string, NdArray> } {
    const { names, parameters } = this.optimizer
    const entries = this.array('average').views.map((view, i) => [
      `average.${names[i]}`,
      new NdArray(view.slice(), parameters[i]?.shape ?? []),
    ])
    return { updates: this.updates, tensors: Object.fromEntries(entries) }
  }

  /** Takes saved averages over. @throws ShapeError when one is missing or of another size; nothing is changed then. */
  loadState({ updates, tensors }: { updates: number; tensors: Record<string, NdArray> }): void {
    const { views } = this.array('average')
    const saved = this.optimizer.names.map((name, i) => {
      const key = `average.${name}`
      const tensor = Object.hasOwn(tensors, key) ? tensors[key] : undefined
      if (tensor?.size !== views[i]?.length)
        throw new ShapeError({
          argument: key,
          expected: `${views[i]?.length} numbers`,
          received: tensor ? `${tensor.size}` : 'none',
        })
      return tensor as NdArray
    })
    saved.forEach(({ data }, i) => {
      views[i]?.set(data)
    })
    this.updates = updates
  }

  private restart(): void {
    this.array('average').all.set(this.array('parameters').all)
  }

  /** Exchanges weights and averages by way of the gradients, which nobody needs between two steps. */
  private swap(): void {
    const [parameters, average, scratch] = [
      this.array('parameters').all,
      this.array('average').all,
      this.array('gradients').all,
    ]
    scratch.set(parameters)
    parameters.set(average)
    average.set(scratch)
    this.swapped = !this.swapped
    this.touch()
  }

  private requireHome(): void {
    if (this.swapped)
      throw new InvalidArgumentError({
        argument: 'ExponentialAverage',
        expected: 'the trained weights in place',
        received: 'the averaged ones (inside applied())',
      })
  }

  private array(name: 'parameters' | 'gradients' | 'average') {
    return this.optimizer.memory.array(name)
  }

  private touch(): void {
    for (const parameter of this.optimizer.parameters) parameter.touch()
  }
}
