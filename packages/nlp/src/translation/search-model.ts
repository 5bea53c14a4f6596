/**
 * Translation models as a search sees them: one compiled step for all hypotheses of all sentences, for one model or
 * for several that are averaged (an ensemble) inside the same graph.
 */
import {
  type Compiled,
  type CompileOptions,
  compile,
  type Fetched,
  NdArray,
  type StepModel,
  type StepRequest,
  type StepResult,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import type { SourceBatch } from '../data/index.js'
import type { TranslationModel } from './model.js'
import { predictStep } from './prediction.js'

/** What one model remembers of B sentences, and where its hypotheses are. */
type MemberTensors = {
  /** `[B, S, M]` the encoder's states, and the same projected for the attention score. */
  values: tf.Tensor
  keys: tf.Tensor
  /** `[B, J, H]` for J hypotheses of each sentence. */
  h: tf.Tensor
  c: tf.Tensor
  /** `[B, J, H]` of a decoder with input feeding. */
  attentional?: tf.Tensor
}

export interface SearchState {
  members: Fetched<MemberTensors>[]
  /** `[B, S]`, 1 = valid. */
  mask: NdArray
}

type EncodeInputs = { source: tf.Tensor; sourceMask: tf.Tensor }

type StepInputs = {
  members: MemberTensors[]
  mask: tf.Tensor
  /** `[B, K]` */
  tokens: tf.Tensor
  /** `[B, K]` rows of the flattened `[B·J]` hypotheses that are continued. */
  rows: tf.Tensor
  topK: number | null
}

type StepOutputs = {
  members: MemberTensors[]
  logProbs: tf.Tensor
  tokens: tf.Tensor | null
  attention: tf.Tensor
}

const sentences = { values: ['B', 'S', null], keys: ['B', 'S', null] }
const hypotheses = { h: ['B', 'J', null], c: ['B', 'J', null], attentional: ['B', 'J', null] }

/** Open sizes of the step's arguments, for as many members as there are. */
function stepAxes(models: readonly TranslationModel[]) {
  const axes: Record<string, (string | null)[]> = { mask: ['B', 'S'], tokens: ['B', 'K'], rows: ['B', 'K'] }
  models.forEach((model, i) => {
    const fed = model.decoder.style === 'luong'
    for (const [name, names] of Object.entries({ ...sentences, ...hypotheses }))
      if (name !== 'attentional' || fed) axes[`members.${i}.${name}`] = names
  })
  return axes
}

export class TranslationSearchModel implements StepModel<SearchState> {
  readonly vocabularySize: number
  private readonly encodeBatch: Compiled<EncodeInputs, MemberTensors[]>
  private readonly stepBatch: Compiled<StepInputs, StepOutputs>

  /** The models' present weights are baked in: make a new one after training on. */
  constructor(
    private readonly models: readonly TranslationModel[],
    options: CompileOptions = {},
  ) {
    this.vocabularySize = models[0]?.outputBias.size ?? 0
    const shared = { ...options, freeze: true }
    this.encodeBatch = compile((inputs: EncodeInputs) => this.models.map((model) => encode(model, inputs)), {
      ...shared,
      axes: { source: ['B', 'S'], sourceMask: ['B', 'S'] },
    })
    this.stepBatch = compile((inputs: StepInputs) => advance(this.models, inputs), {
      ...shared,
      axes: stepAxes(models),
    })
  }

  /** The first state of a batch of source sentences. */
  async start({ source, sourceMask }: SourceBatch): Promise<SearchState> {
    const members = await this.encodeBatch({ source, sourceMask })
    return { members, mask: sourceMask }
  }

  async step({
    tokens,
    parents,
    state,
    beams,
    topK,
  }: StepRequest<SearchState>): Promise<StepResult<SearchState>> {
    const [batch] = state.mask.shape as [number]
    const before = (state.members[0] as Fetched<MemberTensors>).h.shape[1] as number
    const rows = parents.map((parent, i) => Math.floor(i / beams) * before + parent)
    const shape = [batch, beams]
    const result = await this.stepBatch({
      members: state.members,
      mask: state.mask,
      tokens: new NdArray(tokens, shape),
      rows: new NdArray(rows, shape),
      topK,
    })
    const members = result.members.map((member, i) => ({
      ...(state.members[i] as Fetched<MemberTensors>),
      ...member,
    }))
    return {
      state: { members, mask: state.mask },
      logProbs: result.logProbs.data as Float32Array,
      tokens: (result.tokens?.data as Int32Array | undefined) ?? null,
      attention: result.attention.data as Float32Array,
    }
  }

  keep({ members, mask }: SearchState, kept: Int32Array): SearchState {
    return {
      members: members.map((member) => {
        const entries = Object.entries(member).map(([name, array]) => [name, array && takeRows(array, kept)])
        return Object.fromEntries(entries) as Fetched<MemberTensors>
      }),
      mask: takeRows(mask, kept),
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([this.encodeBatch.dispose(), this.stepBatch.dispose()])
  }
}

function takeRows({ data, shape }: NdArray, rows: Int32Array): NdArray {
  const width = shape.slice(1).reduce((product, size) => product * size, 1)
  const taken = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    taken.set(data.subarray(row * width, (row + 1) * width), i * width)
  })
  return new NdArray(taken, [rows.length, ...shape.slice(1)])
}

function encode(model: TranslationModel, { source, sourceMask }: EncodeInputs): MemberTensors {
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

function advance(models: readonly TranslationModel[], inputs: StepInputs): StepOutputs {
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
