/**
 * The frame that all searches share: which sentences are still in the batch and where, the model's state, the calls
 * to the model. Finished sentences leave the batch, so that the work shrinks with them.
 */
import { ShapeError } from '../errors.js'
import type { StepRows } from './candidates.js'
import { DecodingHistory } from './history.js'
import type { ResolvedOptions } from './options.js'
import type { DecodingInput, StepModel, StepResult } from './step-model.js'
import { TokenBans } from './token-bans.js'

/** What a search does with one sentence after each step. */
export interface SentenceStep {
  sentence: number
  rows: StepRows
  /** Row of the sentence's first hypothesis in `rows`; the others follow. */
  firstRow: number
  /** Number of hypotheses it has there. */
  beams: number
}

export class DecodingRun<State> {
  readonly history: DecodingHistory
  readonly bans: TokenBans
  private state: State
  /** `[≤ B]` the sentence at each position of the batch; finished ones may be among them. */
  private batch: Int32Array
  /** `[B]` the inverse of `batch`. A new array whenever the batch changes, as the history keeps it. */
  private positions: Int32Array
  private readonly live: Uint8Array
  private liveCount: number
  private readonly prefix: Int32Array
  /** `[B, K]` the tokens and parents that the next step is asked with, by sentence. */
  private readonly nextTokens: Int32Array
  private readonly nextParents: Int32Array

  /**
   * @param startBeams hypotheses per sentence in the first step: 1, or K where they differ from the start.
   * @param maxBeams hypotheses per sentence in the later steps.
   */
  constructor(
    private readonly model: StepModel<State>,
    input: DecodingInput<State>,
    readonly options: ResolvedOptions,
    private readonly startBeams: number,
    private readonly maxBeams: number,
  ) {
    const { batchSize } = input
    this.history = new DecodingHistory(batchSize, maxBeams)
    this.bans = new TokenBans(
      model.vocabularySize,
      options.bannedTokens,
      options.endToken,
      options.noRepeatNgramSize,
    )
    this.state = input.state
    this.batch = Int32Array.from({ length: batchSize }, (_, b) => b)
    this.positions = this.batch
    this.live = new Uint8Array(batchSize).fill(1)
    this.liveCount = batchSize
    this.prefix = new Int32Array(options.maxLengths.reduce((a, b) => Math.max(a, b), 0))
    this.nextTokens = new Int32Array(batchSize * maxBeams)
    this.nextParents = new Int32Array(batchSize * maxBeams)
    options.firstTokens.forEach((token, b) => {
      this.nextTokens.fill(token, b * maxBeams, (b + 1) * maxBeams)
    })
  }

  /**
   * Steps until every sentence is finished.
   * @param topK how many allowed tokens of a row the search needs; null: all.
   * @param advance chooses what becomes of one sentence (by `extend`); returns whether it is finished.
   */
  async run(topK: number | null, advance: (step: SentenceStep) => boolean): Promise<void> {
    try {
      while (this.liveCount > 0) {
        const beams = this.history.length === 0 ? this.startBeams : this.maxBeams
        const rows = await this.step(beams, topK)
        for (let position = 0; position < this.batch.length; position++) {
          const sentence = this.batch[position] as number
          if (this.live[sentence] === 0) continue
          if (advance({ sentence, rows, firstRow: position * beams, beams })) {
            this.live[sentence] = 0
            this.liveCount--
          }
        }
        await this.dropFinished()
      }
    } finally {
      this.model.release?.(this.state)
    }
  }

  /** Slot `slot` of a sentence continues hypothesis `parent` with `token`. */
  extend(sentence: number, slot: number, parent: number, token: number, logProb: number): void {
    const at = sentence * this.maxBeams + slot
    this.nextTokens[at] = token
    this.nextParents[at] = parent
    this.history.extend(sentence, slot, parent, token, logProb)
  }

  /** The tokens that may not follow hypothesis `slot`, which has all tokens but that of the current step: `[V]`. */
  bannedAfter(sentence: number, slot: number): Uint8Array {
    const length = this.history.length - 1
    if (this.options.noRepeatNgramSize > 0) this.history.readPrefix(sentence, slot, length, this.prefix)
    this.bans.setFor(this.prefix, length, length >= (this.options.minLengths[sentence] as number))
    return this.bans.mask
  }

  private async step(beams: number, topK: number | null): Promise<StepRows> {
    const { batch, model, history } = this
    const tokens = new Int32Array(batch.length * beams)
    const parents = new Int32Array(batch.length * beams)
    batch.forEach((sentence, position) => {
      const from = sentence * this.maxBeams
      tokens.set(this.nextTokens.subarray(from, from + beams), position * beams)
      if (history.length > 0) parents.set(this.nextParents.subarray(from, from + beams), position * beams)
    })
    const wanted = topK === null ? null : topK + this.bans.worstCase(history.length)
    const result = await model.step({
      tokens,
      parents,
      state: this.state,
      beams,
      topK: wanted !== null && wanted < model.vocabularySize ? wanted : null,
    })
    this.state = result.state
    const rows = checkedRows(result, batch.length * beams, model.vocabularySize)
    const attention = this.options.attention ? result.attention : null
    history.begin(attention, beams, this.positions, batch.length)
    return rows
  }

  /** Takes finished sentences out of the batch, down to the size that the model likes. */
  private async dropFinished(): Promise<void> {
    const wanted = this.model.batchSizeFor?.(this.liveCount) ?? this.liveCount
    if (this.liveCount === 0 || wanted >= this.batch.length) return
    const kept = new Int32Array(Math.max(wanted, this.liveCount))
    let filling = kept.length - this.liveCount
    let count = 0
    this.batch.forEach((sentence, position) => {
      if (this.live[sentence] === 0 && filling-- <= 0) return
      kept[count++] = position
    })
    this.state = await this.model.keep(this.state, kept)
    this.batch = kept.map((position) => this.batch[position] as number)
    this.positions = new Int32Array(this.positions.length)
    this.batch.forEach((sentence, position) => {
      this.positions[sentence] = position
    })
  }
}

function checkedRows<State>(result: StepResult<State>, rows: number, vocabularySize: number): StepRows {
  const { logProbs, tokens, attention } = result
  const width = tokens ? logProbs.length / rows : vocabularySize
  if (!Number.isInteger(width) || width < 1 || logProbs.length !== rows * width)
    throw new ShapeError({
      argument: 'step(…).logProbs',
      expected: `[${rows} rows, ${tokens ? 'N' : vocabularySize}]`,
      received: `${logProbs.length} numbers`,
    })
  if (tokens && tokens.length !== logProbs.length)
    throw new ShapeError({
      argument: 'step(…).tokens',
      expected: `as many ids as log-probabilities (${logProbs.length})`,
      received: `${tokens.length}`,
    })
  if (attention && (attention.length === 0 || attention.length % rows !== 0))
    throw new ShapeError({
      argument: 'step(…).attention',
      expected: `[${rows} rows, S]`,
      received: `${attention.length} numbers`,
    })
  return { logProbs, tokens, width }
}
