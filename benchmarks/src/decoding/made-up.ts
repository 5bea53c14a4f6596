/**
 * Weights and sentences that both sides make up alike (peers/made_up.py), so that they do the same work and find the
 * same translations.
 */
import type { Module } from '@attentive/core'

/** The i-th of a sequence of numbers in [0, 1): a multiplicative hash of i and the sequence's number. */
function madeUp(i: number, sequence: number): number {
  let x = Math.imul(i + Math.imul(sequence, 7919) + 1, 2654435761) >>> 0
  x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0
  return ((x ^ (x >>> 13)) >>> 0) / 4294967296
}

/** Weights of two or more axes within ±0.4 for word vectors, ±0.25 for the rest; vectors of zeros. */
export function fillMadeUp(model: Module): void {
  const parameters = [...model.namedParameters()].sort(([a], [b]) => (a < b ? -1 : 1))
  parameters.forEach(([name, parameter], sequence) => {
    const scale = parameter.shape.length < 2 ? 0 : name.includes('mbedding') ? 0.4 : 0.25
    parameter.assign(parameter.data.map((_, i) => scale * (2 * madeUp(i, sequence) - 1)))
  })
}

/** `[B]` sentences of half the length to the full length. */
export function madeUpSentences(batch: number, length: number, vocabularySize: number): number[][] {
  return Array.from({ length: batch }, (_, b) =>
    Array.from({ length: length - Math.floor((madeUp(b, 100) * length) / 2) }, (_, t) =>
      Math.floor(4 + madeUp(b * length + t, 101) * (vocabularySize - 4)),
    ),
  )
}
