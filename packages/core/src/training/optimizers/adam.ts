import type { Parameter } from '../../engine/parameter.js'
import type { Module } from '../../layers/module.js'
import { requireNonNegative, requireRange } from './hyper-parameters.js'
import { Optimizer, type OptimizerOptions, type UpdateContext } from './optimizer.js'

export interface AdamOptions extends OptimizerOptions {
  /** β₁, β₂: decay of the running means of g and g². Default [0.9, 0.999]. */
  betas?: readonly [number, number]
  /** ε. Default 1e-8. */
  epsilon?: number
  /** λ. Default 0 (Adam), 0.01 (AdamW). */
  weightDecay?: number
}

abstract class AdamFamily extends Optimizer {
  readonly betas: readonly [number, number]
  readonly epsilon: number
  readonly weightDecay: number

  protected constructor(
    source: Module | readonly Parameter[],
    options: AdamOptions & { weightDecay: number },
  ) {
    const { learningRate = 1e-3, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay, onNonFinite } = options
    super(source, { learningRate, onNonFinite }, ['firstMoment', 'secondMoment'])
    this.betas = [requireRange('betas[0]', betas[0]), requireRange('betas[1]', betas[1])]
    this.epsilon = requireNonNegative('epsilon', epsilon)
    this.weightDecay = requireNonNegative('weightDecay', weightDecay)
  }

  /** @param l2 weight of p added to the gradient. @param keep factor on p itself. */
  protected adam(context: UpdateContext, step: number, l2: number, keep: number): void {
    const { kernels, parameters, gradients, slots, length, gradientScale } = context
    const [firstMoment, secondMoment] = slots as [number, number]
    const [beta1, beta2] = this.betas
    kernels.adam(
      parameters,
      gradients,
      firstMoment,
      secondMoment,
      length,
      gradientScale,
      l2,
      keep,
      1 - beta1,
      beta2,
      1 - beta2,
      this.learningRate / (1 - beta1 ** step),
      1 / Math.sqrt(1 - beta2 ** step),
      this.epsilon,
    )
  }
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), in PyTorch's form, with weight decay as L2 penalty: g ← g + λ p,
 * m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − α m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 * Defaults: learningRate α 1e-3, betas [0.9, 0.999], epsilon 1e-8, weightDecay λ 0.
 */
export class Adam extends AdamFamily {
  readonly type = 'adam'

  /** @throws InvalidArgumentError when a hyper-parameter is out of range or nothing is trainable. */
  constructor(source: Module | readonly Parameter[], options: AdamOptions = {}) {
    super(source, { ...options, weightDecay: options.weightDecay ?? 0 })
  }

  protected updateAll(context: UpdateContext, step: number): void {
    this.adam(context, step, this.weightDecay, 1)
  }
}

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2): Adam with weight decay apart from the gradient,
 * p ← (1 − α λ) p − α m̂ / (√v̂ + ε). Defaults as Adam's, weightDecay λ 0.01.
 */
export class AdamW extends AdamFamily {
  readonly type = 'adamW'

  /** @throws InvalidArgumentError when a hyper-parameter is out of range or nothing is trainable. */
  constructor(source: Module | readonly Parameter[], options: AdamOptions = {}) {
    super(source, { ...options, weightDecay: options.weightDecay ?? 0.01 })
  }

  protected updateAll(context: UpdateContext, step: number): void {
    this.adam(context, step, 0, 1 - this.learningRate * this.weightDecay)
  }
}
