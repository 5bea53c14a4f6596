import type * as tf from '@tensorflow/tfjs-core'
import type { KnownOptions } from '../engine/known-options.js'
import { gruAlongTime } from '../ops/gru.js'
import type { Sequence, SequenceOptions } from '../ops/recurrent.js'
import { RecurrentStack, type RecurrentStackOptions, recurrentStackOptions } from './recurrent-stack.js'

export interface GruOptions extends RecurrentStackOptions {
  /** Both conventions are described in `ops/gru.ts`. Default true, as in PyTorch. */
  resetAfter?: boolean
}

const knownOptions = { ...recurrentStackOptions, resetAfter: true } satisfies KnownOptions<GruOptions>

/** GRU, stacked and bidirectional on demand; equations in `ops/gru.ts`, gate order r, z, n. */
export class Gru extends RecurrentStack<tf.Tensor> {
  private readonly resetAfter: boolean

  constructor(options: GruOptions) {
    super(options, 3, knownOptions)
    this.resetAfter = options.resetAfter ?? true
  }

  protected override alongTime(options: SequenceOptions<tf.Tensor>): Sequence<tf.Tensor> {
    return gruAlongTime({ ...options, resetAfter: this.resetAfter })
  }
}
