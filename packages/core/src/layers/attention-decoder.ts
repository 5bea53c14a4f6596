import * as tf from '@tensorflow/tfjs-core'
import { type KnownOptions, requireKnownOptions } from '../engine/known-options.js'
import type { Parameter } from '../engine/parameter.js'
import type { Rng } from '../engine/random.js'
import { scan } from '../engine/scan.js'
import { mapTree } from '../engine/tree.js'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import type { AttentionMemory } from '../ops/attention.js'
import {
  type DecoderConstants,
  type DecoderState,
  type DecoderStep,
  type DecoderStyle,
  decoderSteps,
  multipliedMemory,
} from '../ops/attention-decoder.js'
import type { AttentionScoreName } from '../ops/attention-scores.js'
import { project } from '../ops/linear.js'
import type { LstmState } from '../ops/lstm.js'
import { swapBatchAndTime } from '../ops/recurrent.js'
import { requireShapes } from '../ops/shapes.js'
import { Attention } from './attention.js'
import { type Initializer, parameter, uniform } from './initializers.js'
import { Linear } from './linear.js'
import { Module } from './module.js'
import { requireSizes } from './options.js'

export interface AttentionDecoderOptions {
  /** E, numbers in each input (the embedding of the previous output). */
  inputSize: number
  /** H */
  hiddenSize: number
  /** M, numbers in each vector of the memory. */
  memorySize: number
  /** Default 'bahdanau'; both are described in `ops/attention-decoder.ts`. */
  style?: DecoderStyle
  /** Default 'additive'. */
  score?: AttentionScoreName
  /** A of `additive` and `concat`; default H. */
  attentionSize?: number
  /** Of the cell's weights. Default uniform in ±1/√H, as in PyTorch's LSTMCell. */
  initializer?: Initializer
  rng: Rng
}

const knownOptions = {
  inputSize: true,
  hiddenSize: true,
  memorySize: true,
  style: true,
  score: true,
  attentionSize: true,
  initializer: true,
  rng: true,
} satisfies KnownOptions<AttentionDecoderOptions>

export interface DecoderInputs {
  /** `[B, T, E]`, the input of every step (in training: embeddings of the right previous outputs). */
  inputs: tf.Tensor
  /** `[B, S, M]` */
  memory: tf.Tensor
  /** `[B, S]`, 1 = valid; default: all valid. */
  memoryMask?: tf.Tensor
  /** `[B, H]` each; default zeros. */
  initialState?: LstmState
  /** Return the attention weights too. Default false. */
  returnAttention?: boolean
}

export interface DecoderOutputs {
  /** `[B, T, H]`, h_t. */
  hidden: tf.Tensor
  /** `[B, T, M]` */
  context: tf.Tensor
  /** `[B, T, H]`, h̃_t of `luong`. */
  attentional?: tf.Tensor
  /** `[B, T, S]` when asked for. */
  attention?: tf.Tensor
  finalState: DecoderState
}

/**
 * LSTM decoder with attention; equations and papers in `ops/attention-decoder.ts`. Parameters: `weightIh [4H, E+F]`
 * (input, then what is fed back: context or h̃, F numbers), `weightHh [4H, H]`, `biasIh`, `biasHh [4H]`,
 * `attention.…`, and for `luong` `combine.weight [H, M+H]`.
 */
export class AttentionDecoder extends Module {
  readonly inputSize: number
  readonly hiddenSize: number
  readonly style: DecoderStyle
  readonly weightIh: Parameter
  readonly weightHh: Parameter
  readonly biasIh: Parameter
  readonly biasHh: Parameter
  readonly attention: Attention
  readonly combine: Linear | null

  /** @throws InvalidArgumentError when a size is not a positive integer, or style, score or an option are unknown. */
  constructor(options: AttentionDecoderOptions) {
    super()
    requireKnownOptions(options, knownOptions)
    const { inputSize, hiddenSize, memorySize, style = 'bahdanau', score, attentionSize, rng } = options
    requireSizes({ inputSize, hiddenSize, memorySize })
    requireStyle(style)
    const { initializer = uniform(1 / Math.sqrt(hiddenSize)) } = options
    const fedSize = style === 'luong' ? hiddenSize : memorySize
    this.inputSize = inputSize
    this.hiddenSize = hiddenSize
    this.style = style
    this.weightIh = parameter([4 * hiddenSize, inputSize + fedSize], initializer, rng)
    this.weightHh = parameter([4 * hiddenSize, hiddenSize], initializer, rng)
    this.biasIh = parameter([4 * hiddenSize], initializer, rng)
    this.biasHh = parameter([4 * hiddenSize], initializer, rng)
    this.attention = new Attention({ score, querySize: hiddenSize, memorySize, attentionSize, rng })
    this.combine =
      style === 'luong'
        ? new Linear({ inputSize: memorySize + hiddenSize, outputSize: hiddenSize, bias: false, rng })
        : null
  }

  /** What is computed once for a memory `[B, S, M]` and its mask `[B, S]`: a part of every search's state. */
  prepare(memory: tf.Tensor, memoryMask?: tf.Tensor): AttentionMemory {
    return this.attention.prepare(memory, memoryMask)
  }

  /** All that the steps of a loop share: the `consts` of a `scan` over `step`. */
  constants(memory: AttentionMemory): DecoderConstants {
    const weightIh = this.weightIh.read()
    const fedSize = (weightIh.shape[1] as number) - this.inputSize
    const [inputWeight, fedWeight] = tf.split(weightIh, [this.inputSize, fedSize], 1) as [
      tf.Tensor,
      tf.Tensor,
    ]
    return {
      memory,
      kernels: {
        input: tf.transpose(inputWeight),
        bias: tf.add(this.biasIh.read(), this.biasHh.read()),
        recurrent: tf.transpose(tf.concat([fedWeight, this.weightHh.read()], 1)),
        attention: this.attention.kernels(),
        combine: this.combine ? tf.transpose(this.combine.weight.read()) : undefined,
      },
    }
  }

  /** A complete first state from h and c, `[N, H]` each. */
  startState({ h, c }: LstmState): DecoderState {
    return { h, c, attentional: this.style === 'luong' ? tf.zerosLike(h) : undefined }
  }

  /**
   * One step of N = B·K hypotheses, K for each sentence of the memory. Reads no parameters, so that it may stand in
   * the body of a `scan`.
   * @param state `[N, H]` each, from `startState` or the step before.
   * @param input `[N, E]`.
   * @throws ShapeError when shapes do not belong together, or N is not a multiple of B.
   */
  step(state: DecoderState, input: tf.Tensor, constants: DecoderConstants): DecoderStep {
    const { N } = requireShapes({
      input: [input, ['N', this.inputSize]],
      'state.h': [state.h, ['N', this.hiddenSize]],
    })
    const B = constants.memory.values.shape[0] as number
    if ((N as number) % B !== 0)
      throw new ShapeError({
        argument: 'input',
        expected: `a multiple of ${B} rows, the memory's sentences`,
        received: String(N),
      })
    const { input: kernel, bias } = constants.kernels
    return this.stepProjected(state, project(input, kernel, bias), constants)
  }

  /**
   * `step` with the input's part of the gates made already, x·W_xᵀ + b.
   * @param projected `[N, 4H]`.
   */
  stepProjected(state: DecoderState, projected: tf.Tensor, constants: DecoderConstants): DecoderStep {
    return decoderSteps[this.style](state, projected, constants, { score: this.attention.score })
  }

  /** P, numbers that the decoder's own weights make of a context: 4H of `bahdanau`, H of `luong`. */
  get productSize(): number {
    return this.style === 'luong' ? this.hiddenSize : 4 * this.hiddenSize
  }

  /**
   * The memory of `constants` for `stepMultiplied`, made once for all steps of a search.
   * @param reader `[M, R]`, weights that contexts are multiplied by next.
   * @returns values `[B, S, P+R]`, P being `productSize`.
   * @throws ShapeError when the reader does not have M rows.
   */
  multiplyMemory(constants: DecoderConstants, reader: tf.Tensor): AttentionMemory {
    requireShapes({ reader: [reader, [this.attention.memorySize, 'R']] })
    return multipliedMemory(this.style, constants, reader)
  }

  /**
   * `stepProjected` over a multiplied memory: the same state, but c_t·reader in place of the context c_t. Without
   * products with contexts, a step of a search is up to a fifth cheaper.
   */
  stepMultiplied(state: DecoderState, projected: tf.Tensor, constants: DecoderConstants): DecoderStep {
    const options = { score: this.attention.score, multiplied: true }
    return decoderSteps[this.style](state, projected, constants, options)
  }

  /**
   * All steps with given inputs (teacher forcing).
   * @throws ShapeError when shapes do not belong together.
   */
  forward({
    inputs,
    memory,
    memoryMask,
    initialState,
    returnAttention = false,
  }: DecoderInputs): DecoderOutputs {
    const { B } = requireShapes({
      inputs: [inputs, ['B', 'T', this.inputSize]],
      memory: [memory, ['B', 'S', this.attention.memorySize]],
      'initialState.h': [initialState?.h, ['B', this.hiddenSize]],
      'initialState.c': [initialState?.c, ['B', this.hiddenSize]],
    })
    const zeros = tf.zeros([B as number, this.hiddenSize])
    const constants = this.constants(this.prepare(memory, memoryMask))
    const { input, bias } = constants.kernels
    const { carry, outputs } = scan(
      (state: DecoderState, projected: tf.Tensor, shared: DecoderConstants) => {
        const { state: next, context, attention } = this.stepProjected(state, projected, shared)
        const { h: hidden, attentional } = next
        return {
          carry: next,
          output: { hidden, context, attentional, attention: returnAttention ? attention : undefined },
        }
      },
      this.startState(initialState ?? { h: zeros, c: zeros }),
      project(swapBatchAndTime(inputs), input, bias),
      constants,
    )
    return { ...mapTree(outputs, (leaf) => swapBatchAndTime(leaf as tf.Tensor)), finalState: carry }
  }
}

function requireStyle(style: DecoderStyle): void {
  if (!Object.hasOwn(decoderSteps, style))
    throw new InvalidArgumentError({
      argument: 'style',
      expected: Object.keys(decoderSteps).join(' or '),
      received: String(style),
    })
}
