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
import type { SourceBatch } from '../data/index.js'
import type { TranslationModel } from './model.js'
import {
  advance,
  type EncodeInputs,
  encode,
  encodeAxes,
  type MemberTensors,
  memberAxes,
  type StepInputs,
  type StepOutputs,
  stepAxes,
} from './search-graphs.js'

/** Numbers in a table of what words add to a step: 64 MiB. */
const MOST_TABULATED = 2 ** 24

export interface SearchState {
  members: Fetched<MemberTensors>[]
  /** `[B, S]`, 1 = valid. */
  mask: NdArray
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
      axes: encodeAxes,
    })
    const step = (inputs: StepInputs) => advance(this.models, inputs, { tabulate: this.tabulates() })
    this.stepBatch = compile(step, {
      ...shared,
      axes: { ...stepAxes, ...axesOfMembers(models) },
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

  /** Milliseconds spent compiling so far. */
  get compileMs(): number {
    return this.encodeBatch.stats.compileMs + this.stepBatch.stats.compileMs
  }

  /** Eager steps would make the tables anew each time; large ones would not pay for their memory. */
  private tabulates(): boolean {
    const numbers = this.models.map(({ decoder, outputBias }) => outputBias.size * 4 * decoder.hiddenSize)
    return this.stepBatch.stats.engine === 'onnxruntime' && Math.max(...numbers) <= MOST_TABULATED
  }

  async dispose(): Promise<void> {
    await Promise.all([this.encodeBatch.dispose(), this.stepBatch.dispose()])
  }
}

function axesOfMembers(models: readonly TranslationModel[]) {
  const axes = models.flatMap((model, i) =>
    Object.entries(memberAxes(model)).map(([name, names]) => [`members.${i}.${name}`, names] as const),
  )
  return Object.fromEntries(axes)
}

function takeRows({ data, shape }: NdArray, rows: Int32Array): NdArray {
  const width = shape.slice(1).reduce((product, size) => product * size, 1)
  const taken = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    taken.set(data.subarray(row * width, (row + 1) * width), i * width)
  })
  return new NdArray(taken, [rows.length, ...shape.slice(1)])
}
