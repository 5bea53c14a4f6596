import { InvalidArgumentError } from '@attentive/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BeamEditDistance } from '../../src/metrics/beam-edit-distance.js'
import { Ter } from '../../src/metrics/index.js'
import { countEdits } from '../../src/metrics/translation-edit-rate.js'
import { splitWords } from '../../src/metrics/whitespace.js'
import { golden } from './golden.js'

const edits = (hypothesis: string, reference: string) =>
  countEdits(hypothesis.split(' '), reference.split(' '))

describe('edits by hand', () => {
  test('one insertion, deletion, substitution each', () => {
    expect(edits('a b c', 'a b x c')).toBe(1)
    expect(edits('a b x c', 'a b c')).toBe(1)
    expect(edits('a b x c', 'a b y c')).toBe(1)
  })

  test('a block shift is one edit, however long the block and wherever it goes', () => {
    expect(edits('d e f g a b c', 'a b c d e f g')).toBe(1)
    expect(edits('b c a d e', 'a b c d e')).toBe(1)
  })

  test('the example of the paper: one shift, one substitution of two words, one insertion', () => {
    const reference = 'SAUDI ARABIA denied THIS WEEK information published in the AMERICAN new york times'
    const hypothesis = 'THIS WEEK THE SAUDIS denied information published in the new york times'
    expect(edits(hypothesis, reference)).toBe(4)
    expect(new Ter({ caseSensitive: true }).sentenceScore(hypothesis, reference).score).toBeCloseTo(
      400 / 13,
      10,
    )
  })

  test('an empty side costs each word of the other; with no words at all nothing is wrong', () => {
    const ter = new Ter()
    expect(ter.sentenceScore('', 'a b c')).toMatchObject({ score: 100, numEdits: 3, referenceLength: 3 })
    expect(ter.sentenceScore('a b c', '')).toMatchObject({ score: 100, numEdits: 3, referenceLength: 0 })
    expect(ter.sentenceScore('', '').score).toBe(0)
  })

  test('several references: edits to the nearest over their mean length', () => {
    const result = new Ter().sentenceScore('a b c', ['x y', 'a b c d'])
    expect(result).toMatchObject({ numEdits: 1, referenceLength: 3 })
  })
})

test('edits equal sacrebleu, also where the limits of its search decide', () => {
  for (const { hypothesis, reference, edits: expected } of golden.editCases)
    expect(countEdits(splitWords(hypothesis), splitWords(reference)), `${hypothesis} → ${reference}`).toBe(
      expected,
    )
})

/** Levenshtein distance by its recurrence. */
function levenshtein(a: readonly number[], b: readonly number[]): number {
  let row = b.map((_, j) => j + 1)
  a.forEach((x, i) => {
    let diagonal = i
    let left = i + 1
    row = row.map((top, j) => {
      left = Math.min(diagonal + (x === b[j] ? 0 : 1), top + 1, left + 1)
      diagonal = top
      return left
    })
  })
  return row.at(-1) ?? a.length
}

const words = (minLength: number, maxLength: number) => fc.array(fc.nat(6), { minLength, maxLength })

describe('properties', () => {
  test('within the beam the edit distance is the Levenshtein distance', () =>
    fc.assert(
      fc.property(words(0, 24), words(1, 24), (hypothesis, reference) => {
        const distances = new BeamEditDistance(Int32Array.from(reference), hypothesis.length)
        const { distance, operations } = distances.align(Int32Array.from(hypothesis))
        expect(distance).toBe(levenshtein(hypothesis, reference))
        expect(operations.filter((operation) => operation !== 0).length).toBe(distance)
      }),
    ))

  test('the distance of a changed hypothesis from its unchanged beginning equals the one from scratch', () =>
    fc.assert(
      fc.property(words(1, 40), words(1, 90), fc.nat(), fc.nat(6), (hypothesis, reference, place, word) => {
        const position = place % hypothesis.length
        const changed = hypothesis.map((old, i) => (i >= position ? (old + word) % 7 : old))
        const distances = new BeamEditDistance(Int32Array.from(reference), hypothesis.length)
        distances.align(Int32Array.from(hypothesis))
        const fresh = new BeamEditDistance(Int32Array.from(reference), hypothesis.length)
        const expected = fresh.align(Int32Array.from(changed)).distance
        expect(distances.distanceFrom(Int32Array.from(changed), position)).toBe(expected)
        expect(distances.align(Int32Array.from(changed), position).distance).toBe(expected)
      }),
    ))

  test('shifts never cost more than the edits they save, and equal sentences need none', () =>
    fc.assert(
      fc.property(words(0, 20), words(1, 20), (hypothesis, reference) => {
        const count = countEdits(hypothesis.map(String), reference.map(String))
        expect(count).toBeLessThanOrEqual(levenshtein(hypothesis, reference))
        expect(count).toBeGreaterThanOrEqual(Math.abs(hypothesis.length - reference.length))
        expect(countEdits(reference.map(String), reference.map(String))).toBe(0)
      }),
    ))
})

test('a line of 20,000 words takes a moment, not minutes', () => {
  const line = Array.from({ length: 20_000 }, (_, i) => `w${(7 * i * i + 3 * i) % 97}`)
  expect(countEdits(line.toSpliced(5000, 1), line)).toBe(1)
})

test('refuses an unknown option', () => {
  expect(() => new Ter({ normalised: true } as never)).toThrow(InvalidArgumentError)
  expect(() => new Ter({ normalised: true } as never)).toThrow(
    /expected only normalized, .*, received normalised/,
  )
})
