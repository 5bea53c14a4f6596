import * as tf from '@tensorflow/tfjs-core'
import { gruSequence } from '../ops/gru.js'
import type { Sequence, SequenceOptions } from '../ops/recurrent.js'
import { RecurrentLayer, type RecurrentLayerArgs } from './recurrent-layer.js'

export type AttentiveGRUArgs = RecurrentLayerArgs & {
  /** Both conventions are described in `ops/gru.ts`. Default true. */
  resetAfter?: boolean
}

/** GRU for `tf.sequential` and `tf.model`; equations in `ops/gru.ts`. */
export class AttentiveGRU extends RecurrentLayer {
  static readonly className = 'Attentive>GRU'
  private readonly resetAfter: boolean

  constructor(args: AttentiveGRUArgs) {
    super('gru', 3, args)
    this.resetAfter = args.resetAfter ?? true
  }

  protected override sequence(options: SequenceOptions<tf.Tensor>): Sequence<tf.Tensor> {
    return gruSequence({ ...options, resetAfter: this.resetAfter })
  }

  protected override outputOf(finalState: tf.Tensor): tf.Tensor {
    return finalState
  }

  override getConfig() {
    return { ...super.getConfig(), resetAfter: this.resetAfter }
  }
}
tf.serialization.registerClass(AttentiveGRU)
