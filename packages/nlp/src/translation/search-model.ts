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
  /** Where the members' hypotheses were a step before: memory that the next step's are written to. */
  spare?: Hypotheses[]
}

/** Where a member's hypotheses are, as arrays `[B, J, H]`. */
type Hypotheses = Pick<Fetched<MemberTensors>, (typeof hypothesisNames)[number]>

const hypothesisNames = ['h', 'c', 'attentional'] as const

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
      // Threads of an operator would go on waiting, wide awake, on the processors that the first steps need.
      dataParallel: { axis: 'B', shareOperators: false },
    })
    const step = (inputs: StepInputs) => advance(this.models, inputs, { tabulate: this.tabulates() })
    this.stepBatch = compile(step, {
      ...shared,
      axes: { ...stepAxes, ...axesOfMembers(models) },
      // Its rows are the hypotheses of B sentences, and lie along the products.
      dataParallel: { axis: 'B', rowsPerReplica: 4, stable: memoriesOf(models) },
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
    const shape = [batch, beams] as const
    const inputs = {
      members: state.members,
      mask: state.mask,
      tokens: new NdArray(tokens, shape),
      parents: new NdArray(parents, shape),
      topK,
    }
    const next = state.members.map((member, i) => memoryFor(member, state.spare?.[i], shape))
    const result = await this.stepBatch(inputs, { members: next })
    const members = result.members.map((member, i) => ({
      ...(state.members[i] as Fetched<MemberTensors>),
      ...member,
    }))
    return {
      state: { members, mask: state.mask, spare: state.members },
      logProbs: result.logProbs.data as Float32Array,
      tokens: (result.tokens?.data as Int32Array | undefined) ?? null,
      attention: result.attention.data as Float32Array,
    }
  }

  keep({ members, mask, ...state }: SearchState, kept: Int32Array): SearchState {
    return {
      ...state,
      members: members.map((member) => {
        const entries = Object.entries(member).map(([name, array]) => [name, array && takeRows(array, kept)])
        return Object.fromEntries(entries) as Fetched<MemberTensors>
      }),
      // The mask is the caller's.
      mask: takeRows(new NdArray(mask.data.slice(), mask.shape), kept),
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

/** Paths of what does not change from step to step. */
function memoriesOf(models: readonly TranslationModel[]): string[] {
  return models.flatMap((_, i) => [`members.${i}.values`, `members.${i}.keys`])
}

function axesOfMembers(models: readonly TranslationModel[]) {
  const axes = models.flatMap((model, i) =>
    Object.entries(memberAxes(model)).map(([name, names]) => [`members.${i}.${name}`, names] as const),
  )
  return Object.fromEntries(axes)
}

/** Memory for the hypotheses that continue `member`'s, in that of `spare` where it is large enough. */
function memoryFor(
  member: Hypotheses,
  spare: Hypotheses | undefined,
  [B, K]: readonly [number, number],
): Hypotheses {
  const entries = hypothesisNames.flatMap((name) => {
    const before = member[name]
    if (!before) return []
    const shape = [B, K, before.shape[2] as number]
    const size = B * K * (before.shape[2] as number)
    const known = spare?.[name]?.data
    const data = known && known.length >= size ? known.subarray(0, size) : new Float32Array(size)
    return [[name, new NdArray(data, shape)] as const]
  })
  return Object.fromEntries(entries) as Hypotheses
}

/** Rows of an array, in its own memory where they can move to the front without one stepping on another. */
function takeRows({ data, shape }: NdArray, rows: Int32Array): NdArray {
  const width = shape.slice(1).reduce((product, size) => product * size, 1)
  const inOrder = rows.every((row, i) => i === 0 || row > (rows[i - 1] as number))
  const taken = inOrder ? data.subarray(0, rows.length * width) : new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    if (!inOrder || row !== i) taken.set(data.subarray(row * width, (row + 1) * width), i * width)
  })
  return new NdArray(taken, [rows.length, ...shape.slice(1)])
}
