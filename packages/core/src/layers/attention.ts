import type * as tf from '@tensorflow/tfjs-core'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import type { Parameter } from '../engine/parameter.js'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'
import { type Attended, type AttentionMemory, attend, prepareMemory } from '../ops/attention.js'
import {
  type AttentionScore,
  type AttentionScoreName,
  attentionScores,
  type NamedTensors,
} from '../ops/attention-scores.js'
import { requireShapes } from '../ops/shapes.js'
import { type Initializer, parameter, xavierUniform } from './initializers.js'
import { Module } from './module.js'
import { requireSizes } from './options.js'

export interface AttentionOptions {
  /** Default 'additive'. */
  score?: AttentionScoreName
  /** Q */
  querySize: number
  /** M, numbers in each remembered vector. */
  memorySize: number
  /** A of `additive` and `concat`; default Q. */
  attentionSize?: number
  /** Default Xavier uniform. */
  initializer?: Initializer
  rng: Rng
}

const knownOptions = {
  score: true,
  querySize: true,
  memorySize: true,
  attentionSize: true,
  initializer: true,
  rng: true,
} satisfies KnownOptions<AttentionOptions>

export interface AttentionInputs {
  /** `[B, K, Q]` */
  queries: tf.Tensor
  /** `[B, S, M]` */
  memory: tf.Tensor
  /** `[B, S]`, 1 = valid; default: all valid. */
  memoryMask?: tf.Tensor
}

/** Attention over a memory, see `ops/attention.ts`, with a score of `ops/attention-scores.ts`, whose weights it has. */
export class Attention extends Module {
  readonly querySize: number
  readonly memorySize: number
  readonly #score: AttentionScore
  readonly #weights: Record<string, Parameter>

  /** @throws InvalidArgumentError when the score or an option is unknown, or the score does not fit the sizes. */
  constructor(options: AttentionOptions) {
    super()
    requireKnownOptions(options, knownOptions)
    const { score = 'additive', querySize, memorySize, attentionSize = querySize } = options
    const { initializer = xavierUniform, rng } = options
    requireSizes({ querySize, memorySize, attentionSize })
    this.querySize = querySize
    this.memorySize = memorySize
    this.#score = scoreNamed(score)
    const shapes = this.#score.weightShapes({ querySize, keySize: memorySize, attentionSize })
    this.#weights = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, parameter(shape, initializer, rng)]),
    )
    Object.assign(this, this.#weights)
  }

  /** The pure functions of the chosen score. */
  get score(): AttentionScore {
    return this.#score
  }

  /**
   * What is computed once for a memory `[B, S, M]`.
   * @throws ShapeError when memory or mask have another shape.
   */
  prepare(memory: tf.Tensor, memoryMask?: tf.Tensor): AttentionMemory {
    requireShapes({ memory: [memory, ['B', 'S', this.memorySize]] })
    return prepareMemory(this.#score, this.read(), memory, memoryMask)
  }

  /** The weights as the score multiplies by them, for a loop. */
  kernels(): NamedTensors {
    return this.#score.kernels(this.read())
  }

  /**
   * @returns context `[B, K, M]` and weights `[B, K, S]`.
   * @throws ShapeError when shapes do not belong together.
   */
  forward({ queries, memory, memoryMask }: AttentionInputs): Attended {
    requireShapes({ queries: [queries, ['B', 'K', this.querySize]] })
    return attend({
      queries,
      memory: this.prepare(memory, memoryMask),
      score: this.#score,
      kernels: this.kernels(),
    })
  }

  private read(): NamedTensors {
    return Object.fromEntries(Object.entries(this.#weights).map(([name, weight]) => [name, weight.read()]))
  }
}

function scoreNamed(name: AttentionScoreName): AttentionScore {
  if (Object.hasOwn(attentionScores, name)) return attentionScores[name]
  throw new InvalidArgumentError({
    argument: 'score',
    expected: Object.keys(attentionScores).join(', '),
    received: String(name),
  })
}
