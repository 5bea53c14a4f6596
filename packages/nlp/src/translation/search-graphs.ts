/**
 * The two graphs that every search runs: sentences to memories, and one step of all hypotheses, for one model or for
 * several that are averaged (an ensemble). Pure functions of tensors and weights; shapes: B sentences, S source
 * positions, J hypotheses of each before the step and K after it, H, M and V as in `model.ts`.
 */
import { positions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import type { TranslationModel } from './model.js'
import { predictStep, wordTables } from './prediction.js'

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
  /** `[B, K]` which of the J hypotheses of its sentence each one continues. */
  parents: tf.Tensor
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
export const stepAxes: Record<string, OpenAxes> = {
  mask: ['B', 'S'],
  tokens: ['B', 'K'],
  parents: ['B', 'K'],
}

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

function advanceMember(
  model: TranslationModel,
  member: MemberTensors,
  inputs: StepInputs,
  tabulate: boolean,
): MemberStep {
  const [B, K] = inputs.tokens.shape as [number, number]
  const J = member.h.shape[1] as number
  const first = tf.expandDims(tf.mul(positions(B), tf.scalar(J, 'int32')), 1) // of each sentence among the [B·J] hypotheses
  const rows = tf.reshape(tf.add(inputs.parents, first), [B * K])
  const continued = (x: tf.Tensor) => tf.gather(tf.reshape(x, [-1, x.shape[2] as number]), rows) // [B·K, H]
  const { values, keys } = member
  const before = {
    h: continued(member.h),
    c: continued(member.c),
    ...(member.attentional ? { attentional: continued(member.attentional) } : {}),
  }
  const weights = {
    decoder: model.decoder.constants({ values, keys, mask: tf.cast(inputs.mask, 'bool') }),
    words: model.wordWeights(),
  }
  const constants = tabulate ? { ...weights, tables: wordTables(weights) } : weights
  const words = tf.reshape(inputs.tokens, [B * K])
  const { state, logits, attention } = predictStep(model.decoder, before, words, constants)
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

/**
 * One step of all hypotheses.
 * @param tabulate what words add to a step is made for the whole vocabulary and looked up: for a graph whose weights
 *   are constants, where that happens once, when it is built. Default false.
 */
export function advance(
  models: readonly TranslationModel[],
  inputs: StepInputs,
  { tabulate = false }: { tabulate?: boolean } = {},
): StepOutputs {
  const [B, K] = inputs.tokens.shape as [number, number]
  const steps = models.map((model, i) =>
    advanceMember(model, inputs.members[i] as MemberTensors, inputs, tabulate),
  )
  const logits = steps.map((step) => step.logits) // [B·K, V] each
  const attention = tf.div(tf.addN(steps.map((step) => step.attention)), steps.length)
  const shared = {
    members: steps.map(({ state }) => state as MemberTensors),
    attention: tf.reshape(attention, [B, K, inputs.mask.shape[1] as number]),
  }
  const V = logits[0]?.shape[1] as number
  const { topK } = inputs
  if (topK === null || topK >= V)
    return { ...shared, logProbs: tf.reshape(allLogProbs(logits), [B, K, V]), tokens: null }
  const { values, indices } = bestLogProbs(logits, topK)
  const apart = (x: tf.Tensor) => tf.reshape(x, [B, K, topK])
  return { ...shared, logProbs: apart(values), tokens: apart(indices) }
}

/** log of the mean of the members' probabilities, `[N, V]`. */
function allLogProbs(logits: readonly tf.Tensor[]): tf.Tensor {
  const [only] = logits
  return logits.length === 1 && only ? tf.logSoftmax(only) : logOf(meanProbabilities(logits))
}

interface BestWords {
  /** `[N, topK]`, best first. */
  values: tf.Tensor
  indices: tf.Tensor
}

/**
 * The largest of `allLogProbs`. Of one model the best are chosen among the logits x, and log p_i = x_i − x_k + log p_k
 * for the likeliest word k, whose probability is never too small to have a logarithm: a row is passed over three times
 * less often than by all its log-probabilities.
 */
function bestLogProbs(logits: readonly tf.Tensor[], topK: number): BestWords {
  const [only] = logits
  if (logits.length > 1 || !only) {
    const { values, indices } = tf.topk(meanProbabilities(logits), topK)
    return { values: logOf(values), indices }
  }
  const { values, indices } = tf.topk(only, topK)
  const rows = positions(only.shape[0] as number)
  const first = (x: tf.Tensor) => tf.slice(x, [0, 0], [-1, 1]) // [N, 1]
  const likeliest = tf.concat([tf.expandDims(rows, 1), first(indices)], 1) // [N, 2]
  const logProb = tf.log(tf.gatherND(tf.softmax(only), likeliest)) // [N]
  return { values: tf.add(tf.sub(values, first(values)), tf.expandDims(logProb, 1)), indices }
}

function meanProbabilities(logits: readonly tf.Tensor[]): tf.Tensor {
  return tf.div(tf.addN(logits.map((scores) => tf.softmax(scores))), logits.length)
}

const logOf = (probabilities: tf.Tensor) => tf.log(tf.maximum(probabilities, 1e-38))
