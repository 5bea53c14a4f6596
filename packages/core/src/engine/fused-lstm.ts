/**
 * The seam between the LSTM op and backends that have a whole LSTM as one kernel: eagerly, one call instead of some
 * fifteen operations a time step.
 */
import * as tf from '@tensorflow/tfjs-core'
import { blockLstmSequence, type FusedLstm } from './tfjs-node/block-lstm-sequence.js'

const implementations: Readonly<Record<string, FusedLstm>> = { tensorflow: blockLstmSequence }

/** The fused LSTM of the current backend, or null where it has none. */
export function currentFusedLstm(): FusedLstm | null {
  return implementations[tf.getBackend()] ?? null
}
