/**
 * The two graphs that every search runs: sentences to memories, and one step of all hypotheses, for one model or for
 * several that are averaged (an ensemble). Pure functions of tensors and weights; shapes: B sentences, S source
 * positions, J hypotheses of each before the step and K after it, H, M and V as in `model.ts`.
 */
import { positions } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { allLogProbs, bestWords, groupSize } from './best-words.js'
import type { TranslationModel } from './model.js'
import { searchMemory, searchStep, withMoreWords } from './prediction.js'

/** What one model remembers of B sentences, and where its hypotheses are. */
export type MemberTensors = {
  /** `[B, S, P+E]` the encoder's states, multiplied by all weights that a step multiplies contexts by. */
  values: tf.Tensor
  /** The states projected for the attention score: `[B, S, A]` or `[B, H, S]`. */
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
  const decoder = model.decoder.constants(model.decoder.prepare(memory))
  const { values, keys } = searchMemory(model.decoder, { decoder, words: model.wordWeights() })
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
  { tabulate, wordsToMultipleOf }: { tabulate: boolean; wordsToMultipleOf: number },
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
  const constants = {
    decoder: model.decoder.constants({ values, keys, mask: tf.cast(inputs.mask, 'bool') }),
    words: withMoreWords(model.wordWeights(), wordsToMultipleOf),
    tabulate,
  }
  const words = tf.reshape(inputs.tokens, [B * K])
  const { state, logits, attention } = searchStep(model.decoder, before, words, constants)
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
  const V = models[0]?.outputBias.size as number
  const topK = inputs.topK !== null && inputs.topK < V ? inputs.topK : null
  const options = { tabulate, wordsToMultipleOf: topK === null ? 1 : groupSize }
  const steps = models.map((model, i) =>
    advanceMember(model, inputs.members[i] as MemberTensors, inputs, options),
  )
  const logits = steps.map((step) => step.logits) // [B·K, V] each
  const attention = tf.div(tf.addN(steps.map((step) => step.attention)), steps.length)
  const shared = {
    members: steps.map(({ state }) => state as MemberTensors),
    attention: tf.reshape(attention, [B, K, inputs.mask.shape[1] as number]),
  }
  if (topK === null) return { ...shared, logProbs: tf.reshape(allLogProbs(logits), [B, K, V]), tokens: null }
  const { logProbs, ids } = bestWords(logits, topK)
  const apart = (x: tf.Tensor) => tf.reshape(x, [B, K, topK])
  return { ...shared, logProbs: apart(logProbs), tokens: apart(ids) }
}
