/** Beam search against a search written apart from it (tools/golden/decoding.py). */
import { beamSearch, type LengthPenalty, type StepRequest } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import golden from '../golden/decoding.json' with { type: 'json' }

const { vocabularySize, sourceLength, sentences, logProbs, attention, cases } = golden

interface PairState {
  sentences: Int32Array
  /** `[B, K]` the token before the last. */
  before: Int32Array
  /** `[B, K]` the last token. */
  last: Int32Array
  beams: number
}

/** p(next | last two tokens), from the table of its sentence. */
const model = {
  vocabularySize,
  async step({ tokens, parents, state, beams }: StepRequest<PairState>) {
    const before = tokens.map(
      (_, row) => state.last[Math.floor(row / beams) * state.beams + (parents[row] as number)] as number,
    )
    const rows = [...tokens].map((last, row) => {
      const sentence = state.sentences[Math.floor(row / beams)] as number
      const table = (sentence * vocabularySize + (before[row] as number)) * vocabularySize + last
      const weights = (sentence * vocabularySize + last) * sourceLength
      return {
        logProbs: logProbs.slice(table * vocabularySize, (table + 1) * vocabularySize),
        attention: attention.slice(weights, weights + sourceLength),
      }
    })
    return {
      state: { ...state, before, last: tokens, beams },
      logProbs: Float32Array.from(rows.flatMap((row) => row.logProbs)),
      tokens: null,
      attention: Float32Array.from(rows.flatMap((row) => row.attention)),
    }
  },
  keep(state: PairState, kept: Int32Array): PairState {
    const gather = (rows: Int32Array) =>
      Int32Array.from([...kept].flatMap((b) => [...rows.subarray(b * state.beams, (b + 1) * state.beams)]))
    return {
      sentences: kept.map((b) => state.sentences[b] as number),
      before: gather(state.before),
      last: gather(state.last),
      beams: state.beams,
    }
  },
}

describe('beamSearch equals the golden search', () => {
  it.each(cases)('K = $beamSize, $type α = $alpha, β = $beta, at least $minLength', async (row) => {
    const begin = new Int32Array(sentences)
    const found = await beamSearch(
      model,
      {
        state: { sentences: begin.map((_, b) => b), before: begin, last: begin, beams: 1 },
        batchSize: sentences,
        sourceLengths: begin.map(() => sourceLength),
      },
      {
        beginToken: 0,
        endToken: 1,
        bannedTokens: [0],
        beamSize: row.beamSize,
        nBest: 2,
        lengthPenalty: { type: row.type, alpha: row.alpha } as LengthPenalty,
        coveragePenalty: row.beta,
        minLength: row.minLength,
        maxLength: row.maxLength,
      },
    )
    const finished = found.map((hypotheses) => hypotheses.filter((hypothesis) => hypothesis.finished))
    expect(finished.map((hypotheses) => hypotheses.map(({ tokens }) => [...tokens]))).toEqual(
      row.results.map((hypotheses) => hypotheses.map(({ tokens }) => tokens)),
    )
    row.results.forEach((hypotheses, b) => {
      hypotheses.forEach(({ score }, n) => {
        expect(finished[b]?.[n]?.score).toBeCloseTo(score, 4)
      })
    })
  })
})
