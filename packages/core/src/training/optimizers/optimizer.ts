/**
 * Optimizer: takes parameters over into one flat memory and updates them natively, in one pass. Eagerly, gradients
 * are copied into that memory; a compiled graph writes them there itself and the same update runs after it, so both
 * ways give the same numbers.
 */
import { type FlatArray, FlatMemory } from '../../engine/native/flat-memory.js'
import type { Kernels } from '../../engine/native/kernels.js'
import type { Parameter } from '../../engine/parameter.js'
import { activeTrace } from '../../engine/trace/active.js'
import { InvalidArgumentError, NumericalError } from '../../errors.js'
import type { Module } from '../../layers/module.js'
import { type Clipping, type Gradients, namedParametersOf } from '../gradients.js'
import { clip } from './clip.js'
import { requireNonNegative } from './hyper-parameters.js'
import { describeNonFiniteGradient, describeNonFiniteWeights } from './non-finite.js'
import { exportState, importState, type OptimizerState } from './state.js'

/** What to do when a gradient is NaN or infinite: stop, or leave the weights as they are for this step. */
export type NonFinitePolicy = 'throw' | 'skip'

export interface OptimizerOptions {
  /** Step size α; may be set anew before every step (`optimizer.learningRate = …`). */
  learningRate?: number
  /** Default `'throw'`. */
  onNonFinite?: NonFinitePolicy
}

/** The arrays of an update: addresses in the flat memory, their length, and the factor due to clipping. */
export interface UpdateContext {
  readonly kernels: Kernels
  readonly parameters: number
  readonly gradients: number
  readonly slots: readonly number[]
  readonly length: number
  readonly gradientScale: number
}

export abstract class Optimizer {
  /** Name in configurations and checkpoints. */
  abstract readonly type: string
  learningRate: number
  readonly onNonFinite: NonFinitePolicy
  /** L2 norm over all gradients of the last step, before clipping; NaN before the first step. */
  lastGradientNorm = Number.NaN
  /** Steps in which weights were left alone because of a gradient that was not finite. */
  skippedSteps = 0
  /** The flat memory: parameters, gradients, room for a running average, and this optimiser's moments. */
  readonly memory: FlatMemory<string>
  readonly names: readonly string[]
  readonly parameters: readonly Parameter[]
  private steps = 0

  /**
   * @param source a module or parameters; the trainable ones are moved into this optimiser's memory.
   * @param slotNames the moments it keeps for every parameter.
   */
  protected constructor(
    source: Module | readonly Parameter[],
    { learningRate, onNonFinite = 'throw' }: OptimizerOptions & { learningRate: number },
    private readonly slotNames: readonly string[],
  ) {
    const trained = [...namedParametersOf(source)].filter(([, { trainable }]) => trainable)
    if (trained.length === 0)
      throw new InvalidArgumentError({
        argument: 'parameters',
        expected: 'at least one trainable parameter',
        received: 'none',
      })
    if (new Set(trained.map(([, parameter]) => parameter)).size < trained.length)
      throw new InvalidArgumentError({
        argument: 'parameters',
        expected: 'every parameter once',
        received: 'one of them twice',
      })
    this.learningRate = requireNonNegative('learningRate', learningRate)
    this.onNonFinite = onNonFinite
    this.names = trained.map(([name]) => name)
    this.parameters = trained.map(([, parameter]) => parameter)
    const sizes = this.parameters.map(({ size }) => size)
    this.memory = new FlatMemory(['parameters', 'gradients', 'average', ...slotNames], sizes)
    this.parameters.forEach((parameter, i) => {
      parameter.moveTo(this.memory.array('parameters').views[i] as Float32Array)
    })
  }

  /** Number of updates made so far. */
  get step(): number {
    return this.steps
  }

  /**
   * Makes one step. Eagerly at once; inside a compiled function, after every run of it.
   * @throws InvalidArgumentError when `gradients` are not those of exactly this optimiser's parameters.
   * @throws NumericalError (policy `'throw'`) naming the first parameter whose gradient is NaN or infinite.
   */
  apply({ entries, clippings }: Gradients): void {
    const trace = activeTrace()
    const targets = this.memory.array('gradients').views
    const byParameter = new Map(entries.map(({ parameter, tensor }) => [parameter, tensor]))
    if (byParameter.size !== this.parameters.length) this.refuse(`${byParameter.size} parameters`)
    this.parameters.forEach((parameter, i) => {
      const tensor = byParameter.get(parameter) ?? this.refuse(`none for ${this.names[i]}`)
      const target = targets[i] as Float32Array
      if (trace) trace.writeTo(tensor, target)
      else target.set(tensor.dataSync())
    })
    if (trace) trace.afterRun(() => this.update(clippings))
    else this.update(clippings)
  }

  /** The step number, hyper-parameters that change while training, and all moments, for a checkpoint. */
  state(): OptimizerState {
    return exportState(this.header(), this.names, this.parameters, this.slots())
  }

  /** @throws CheckpointError when the state is that of another optimiser or other parameters; nothing is changed then. */
  loadState(state: OptimizerState): void {
    importState(state, this.type, this.names, this.slots())
    this.steps = state.step
    this.learningRate = state.learningRate
    this.skippedSteps = state.skippedSteps
  }

  /**
   * For those who are about to save: a finite gradient can still lead to a step that is too large.
   * @throws NumericalError naming the first parameter with weights that are NaN or infinite.
   */
  requireFiniteWeights(): void {
    const { kernels, length } = this.memory
    const { address, views } = this.memory.array('parameters')
    if (!Number.isFinite(kernels.sumOfSquares(address, length)))
      throw new NumericalError(describeNonFiniteWeights(this.names, views))
  }

  /** Updates all parameters in place; `step` counts from 1. */
  protected abstract updateAll(context: UpdateContext, step: number): void

  private update(clippings: readonly Clipping[]): void {
    this.requireHome()
    const { norm, scale } = clip(this.memory, clippings)
    this.lastGradientNorm = norm
    if (!Number.isFinite(norm)) {
      this.meetNonFinite()
      return
    }
    const { kernels, length } = this.memory
    this.steps++
    this.updateAll(
      {
        kernels,
        length,
        parameters: this.memory.array('parameters').address,
        gradients: this.memory.array('gradients').address,
        slots: this.slotNames.map((name) => this.memory.array(name).address),
        gradientScale: scale,
      },
      this.steps,
    )
    for (const parameter of this.parameters) parameter.touch()
  }

  private meetNonFinite(): void {
    if (this.onNonFinite === 'throw')
      throw new NumericalError(
        describeNonFiniteGradient(this.names, this.memory.array('gradients').views, this.steps + 1),
      )
    this.skippedSteps++
  }

  private slots(): Record<string, FlatArray> {
    return Object.fromEntries(this.slotNames.map((name) => [name, this.memory.array(name)]))
  }

  private header(): Pick<OptimizerState, 'type' | 'step' | 'learningRate' | 'skippedSteps'> {
    const { type, step, learningRate, skippedSteps } = this
    return { type, step, learningRate, skippedSteps }
  }

  private requireHome(): void {
    const home = this.memory.array('parameters').views
    const i = this.parameters.findIndex(({ data }, k) => data !== home[k])
    if (i >= 0)
      throw new InvalidArgumentError({
        argument: `parameter ${this.names[i]}`,
        expected: 'to belong to this optimiser',
        received: 'one that another optimiser has taken over',
        hint: 'Train a parameter by one optimiser at a time.',
      })
  }

  private refuse(received: string): never {
    throw new InvalidArgumentError({
      argument: 'gradients',
      expected: `gradients of the ${this.parameters.length} parameters of this optimiser`,
      received,
      hint: 'Give valueAndGradients and the optimiser the same model.',
    })
  }
}
