/**
 * The two graphs that every search runs: sentences to memories, and one step of all hypotheses, for one model or for
 * several that are averaged (an ensemble). Pure functions of tensors and weights; shapes: B sentences, S source
 * positions, J hypotheses of each before the step and K after it, H, M and V as in `model.ts`.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { TranslationModel } from './model.js'
import { predictStep } from './prediction.js'

/** What one model remembers of B sentences, and where its hypotheses are. */
export type MemberTensors = {
  /** `[B, S, M]` the encoder's states. */
  values: tf.Tensor
  /** The same projected for the attention score: `[B, S, A]` or `[B, H, S]`. */
  keys: tf.Tensor
  /** `[B, J, H]` for J hypotheses of each sentence. */
  h: tf.Tensor
  c: tf.Tensor
  /** `[B, J, H]` of a decoder with input feeding. */
  attentional?: tf.Tensor
}

export type EncodeInputs = { source: tf.Tensor; sourceMask: tf.Tensor }

export type StepInputs = {
  members: MemberTensors[]
  mask: tf.Tensor
  /** `[B, K]` */
  tokens: tf.Tensor
  /** `[B, K]` rows of the flattened `[B·J]` hypotheses that are continued. */
  rows: tf.Tensor
  topK: number | null
}

export type StepOutputs = {
  members: MemberTensors[]
  logProbs: tf.Tensor
  tokens: tf.Tensor | null
  attention: tf.Tensor
}

/** Open sizes of the encoder's arguments. */
export const encodeAxes = { source: ['B', 'S'], sourceMask: ['B', 'S'] }

type OpenAxes = (string | null)[]

/** Open sizes of what a model remembers and where its hypotheses are. */
export function memberAxes({ decoder }: TranslationModel): Record<string, OpenAxes> {
  const hypotheses: OpenAxes = ['B', 'J', null]
  return {
    values: ['B', 'S', null],
    keys: decoder.attention.score.positionAxis === 1 ? ['B', 'S', null] : ['B', null, 'S'],
    h: hypotheses,
    c: hypotheses,
    ...(decoder.style === 'luong' ? { attentional: hypotheses } : {}),
  }
}

/** Open sizes of the step's arguments beside the members. */
export const stepAxes: Record<string, OpenAxes> = { mask: ['B', 'S'], tokens: ['B', 'K'], rows: ['B', 'K'] }

export function encode(model: TranslationModel, { source, sourceMask }: EncodeInputs): MemberTensors {
  const { memory, initialState } = model.encode(source, sourceMask)
  const { values, keys } = model.decoder.prepare(memory)
  const { h, c, attentional } = model.decoder.startState(initialState)
  const oneEach = (x: tf.Tensor) => tf.expandDims(x, 1) // [B, 1, H]
  const fed = attentional ? { attentional: oneEach(attentional) } : {}
  return { values, keys, h: oneEach(h), c: oneEach(c), ...fed }
}

interface MemberStep {
  state: Pick<MemberTensors, 'h' | 'c' | 'attentional'>
  /** `[B·K, V]` */
  logits: tf.Tensor
  /** `[B·K, S]` */
  attention: tf.Tensor
}

function advanceMember(model: TranslationModel, member: MemberTensors, inputs: StepInputs): MemberStep {
  const [B, K] = inputs.tokens.shape as [number, number]
  const rows = tf.reshape(inputs.rows, [B * K])
  const continued = (x: tf.Tensor) => tf.gather(tf.reshape(x, [-1, x.shape[2] as number]), rows) // [B·K, H]
  const { values, keys } = member
  const before = {
    h: continued(member.h),
    c: continued(member.c),
    ...(member.attentional ? { attentional: continued(member.attentional) } : {}),
  }
  const { state, logits, attention } = predictStep(
    model.decoder,
    before,
    tf.reshape(inputs.tokens, [B * K]),
    {
      decoder: model.decoder.constants({ values, keys, mask: tf.cast(inputs.mask, 'bool') }),
      words: model.wordWeights(),
    },
  )
  const apart = (x: tf.Tensor) => tf.reshape(x, [B, K, x.shape[1] as number])
  return {
    state: {
      h: apart(state.h),
      c: apart(state.c),
      ...(state.attentional ? { attentional: apart(state.attentional) } : {}),
    },
    logits,
    attention,
  }
}

export function advance(models: readonly TranslationModel[], inputs: StepInputs): StepOutputs {
  const [B, K] = inputs.tokens.shape as [number, number]
  const steps = models.map((model, i) => advanceMember(model, inputs.members[i] as MemberTensors, inputs))
  const logProbs = averageLogProbs(steps.map(({ logits }) => logits)) // [B·K, V]
  const attention = tf.div(tf.addN(steps.map((step) => step.attention)), steps.length)
  const [S, V] = [inputs.mask.shape[1] as number, logProbs.shape[1] as number]
  const shared = {
    members: steps.map(({ state }) => state as MemberTensors),
    attention: tf.reshape(attention, [B, K, S]),
  }
  if (inputs.topK === null || inputs.topK >= V)
    return { ...shared, logProbs: tf.reshape(logProbs, [B, K, V]), tokens: null }
  const { values, indices } = tf.topk(logProbs, inputs.topK)
  const apart = (x: tf.Tensor) => tf.reshape(x, [B, K, inputs.topK as number])
  return { ...shared, logProbs: apart(values), tokens: apart(indices) }
}

/** log of the mean of the members' probabilities. */
function averageLogProbs(logits: tf.Tensor[]): tf.Tensor {
  const [only] = logits
  if (logits.length === 1 && only) return tf.logSoftmax(only)
  const probabilities = logits.map((scores) => tf.softmax(scores))
  return tf.log(tf.maximum(tf.div(tf.addN(probabilities), logits.length), 1e-38))
}
