import type { KnownOptions } from '../engine/known-options.js'
import { type LstmState, lstmAlongTime } from '../ops/lstm.js'
import type { Sequence, SequenceOptions } from '../ops/recurrent.js'
import { RecurrentStack, type RecurrentStackOptions, recurrentStackOptions } from './recurrent-stack.js'

export interface LstmOptions extends RecurrentStackOptions {
  /**
   * Added to the forget gate's bias at the start; 1 helps long memories (Jozefowicz, Zaremba & Sutskever 2015).
   * Default 0, as in PyTorch.
   */
  forgetBias?: number
}

const knownOptions = { ...recurrentStackOptions, forgetBias: true } satisfies KnownOptions<LstmOptions>

/** LSTM, stacked and bidirectional on demand; equations in `ops/lstm.ts`, gate order i, f, g, o. */
export class Lstm extends RecurrentStack<LstmState> {
  constructor(options: LstmOptions) {
    super(options, 4, knownOptions)
    const { forgetBias = 0, hiddenSize } = options
    for (const [name, { data }] of this.namedParameters())
      if (name.startsWith('biasIh'))
        for (let i = hiddenSize; i < 2 * hiddenSize; i++) data[i] = (data[i] as number) + forgetBias
  }

  protected override alongTime(options: SequenceOptions<LstmState>): Sequence<LstmState> {
    return lstmAlongTime(options)
  }
}
