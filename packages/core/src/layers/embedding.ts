import type * as tf from '@tensorflow/tfjs-core'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import type { Parameter } from '../engine/parameter.js'
import type { Rng } from '../engine/random.js'
import { InvalidArgumentError } from '../errors.js'
import { embedding } from '../ops/embedding.js'
import { type Initializer, normal, parameter } from './initializers.js'
import { Module } from './module.js'
import { requireSizes } from './options.js'

export interface EmbeddingOptions {
  vocabularySize: number
  embeddingSize: number
  /** This id reads as zeros and is never trained. Default: none. */
  paddingIndex?: number
  /** Default: normal with standard deviation 1, as in PyTorch. */
  initializer?: Initializer
  rng: Rng
}

const knownOptions = {
  vocabularySize: true,
  embeddingSize: true,
  paddingIndex: true,
  initializer: true,
  rng: true,
} satisfies KnownOptions<EmbeddingOptions>

/** A trained vector for every id: y = W[id], see `ops/embedding.ts`. Parameter: `weight [V, D]`. */
export class Embedding extends Module {
  readonly weight: Parameter
  private readonly paddingIndex: number | undefined

  /** @throws InvalidArgumentError when a size is not a positive integer, `paddingIndex` no id, or an option unknown. */
  constructor(options: EmbeddingOptions) {
    super()
    requireKnownOptions(options, knownOptions)
    const { vocabularySize, embeddingSize, paddingIndex, initializer = normal(), rng } = options
    requireSizes({ vocabularySize, embeddingSize })
    this.weight = parameter([vocabularySize, embeddingSize], initializer, rng)
    this.paddingIndex = paddingIndex
    if (paddingIndex === undefined) return
    if (!Number.isInteger(paddingIndex) || paddingIndex < 0 || paddingIndex >= vocabularySize)
      throw new InvalidArgumentError({
        argument: 'paddingIndex',
        expected: `an id in 0 … ${vocabularySize - 1}`,
        received: String(paddingIndex),
      })
    this.weight.data.fill(0, paddingIndex * embeddingSize, (paddingIndex + 1) * embeddingSize)
  }

  /**
   * @param ids any shape, int32, each in 0 … V−1.
   * @returns `[…, D]`.
   * @throws ShapeError when `ids` are not int32.
   * @throws InvalidArgumentError when an id is outside 0 … V−1.
   */
  forward(ids: tf.Tensor): tf.Tensor {
    return embedding(ids, this.weight.read(), this.paddingIndex)
  }
}
