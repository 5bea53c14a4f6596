import * as tf from '@tensorflow/tfjs-core'
import { type LstmState, lstmSequence } from '../ops/lstm.js'
import type { Sequence, SequenceOptions } from '../ops/recurrent.js'
import { RecurrentLayer, type RecurrentLayerArgs } from './recurrent-layer.js'

/**
 * LSTM for `tf.sequential` and `tf.model`; equations in `ops/lstm.ts`.
 *
 * @example
 * model.add(new AttentiveLSTM({ units: 64, bidirectional: true, returnSequences: true, inputShape: [20, 8] }))
 */
export class AttentiveLSTM extends RecurrentLayer {
  static readonly className = 'Attentive>LSTM'

  constructor(args: RecurrentLayerArgs) {
    super('lstm', 4, args)
  }

  protected override sequence(options: SequenceOptions<LstmState>): Sequence<LstmState> {
    return lstmSequence(options)
  }

  protected override outputOf({ h }: LstmState): tf.Tensor {
    return h
  }
}
tf.serialization.registerClass(AttentiveLSTM)
