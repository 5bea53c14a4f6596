import type { Parameter } from '../../engine/parameter.js'
import type { Module } from '../../layers/module.js'
import { requireNonNegative, requireRange } from './hyper-parameters.js'
import { Optimizer, type OptimizerOptions, type UpdateContext } from './optimizer.js'

export interface SgdOptions extends OptimizerOptions {
  /** λ, added to the gradient as λ·p. Default 0. */
  weightDecay?: number
}

/**
 * Stochastic gradient descent (Robbins & Monro 1951): p ← p − α (g + λ p).
 * Default: learningRate α 1e-3.
 */
export class Sgd extends Optimizer {
  readonly type = 'sgd'
  readonly weightDecay: number

  /** @throws InvalidArgumentError when a hyper-parameter is out of range or nothing is trainable. */
  constructor(source: Module | readonly Parameter[], options: SgdOptions = {}) {
    const { learningRate = 1e-3, weightDecay = 0, onNonFinite } = options
    super(source, { learningRate, onNonFinite }, [])
    this.weightDecay = requireNonNegative('weightDecay', weightDecay)
  }

  protected updateAll({ kernels, parameters, gradients, length, gradientScale }: UpdateContext): void {
    kernels.sgd(parameters, gradients, length, gradientScale, this.weightDecay, this.learningRate)
  }
}

export interface MomentumOptions extends SgdOptions {
  /** μ. Default 0.9. */
  momentum?: number
  /** Look ahead (Sutskever et al. 2013). Default false. */
  nesterov?: boolean
}

/**
 * Gradient descent with momentum (Polyak 1964), in PyTorch's form: d = g + λ p, b ← μ b + d, p ← p − α b;
 * with `nesterov` p ← p − α (d + μ b) (Sutskever et al. 2013, section 3).
 * Defaults: learningRate α 1e-3, momentum μ 0.9.
 */
export class Momentum extends Optimizer {
  readonly type = 'momentum'
  readonly momentum: number
  readonly nesterov: boolean
  readonly weightDecay: number

  /** @throws InvalidArgumentError when a hyper-parameter is out of range or nothing is trainable. */
  constructor(source: Module | readonly Parameter[], options: MomentumOptions = {}) {
    const { learningRate = 1e-3, momentum = 0.9, nesterov = false, weightDecay = 0, onNonFinite } = options
    super(source, { learningRate, onNonFinite }, ['velocity'])
    this.momentum = requireRange('momentum', momentum)
    this.nesterov = nesterov
    this.weightDecay = requireNonNegative('weightDecay', weightDecay)
  }

  protected updateAll(context: UpdateContext): void {
    const { kernels, parameters, gradients, slots, length, gradientScale } = context
    const [velocity] = slots as [number]
    const [ofGradient, ofBuffer] = this.nesterov ? [1, this.momentum] : [0, 1]
    kernels.momentum(
      parameters,
      gradients,
      velocity,
      length,
      gradientScale,
      this.weightDecay,
      this.learningRate,
      this.momentum,
      ofGradient,
      ofBuffer,
    )
  }
}
