import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortLabels } from '../../src/classification/scores.js'
import { classificationScores } from '../../src/index.js'

describe('scores of classes', () => {
  // 4 cats: 3 found; 3 dogs: 1 found, 1 taken for a cat, 1 for a bird; 1 bird, taken for a dog.
  const actual = ['cat', 'cat', 'cat', 'cat', 'dog', 'dog', 'dog', 'bird']
  const predicted = ['cat', 'cat', 'cat', 'dog', 'dog', 'cat', 'bird', 'dog']

  it('are those computed by hand', () => {
    const { count, accuracy, balancedAccuracy, macroF1, byClass } = classificationScores(actual, predicted)
    expect(count).toBe(8)
    expect(accuracy).toBeCloseTo(4 / 8, 12)
    expect(balancedAccuracy).toBeCloseTo((3 / 4 + 1 / 3 + 0) / 3, 12)
    expect(macroF1).toBeCloseTo((3 / 4 + 1 / 3 + 0) / 3, 12)
    expect(byClass.map(({ label, support }) => [label, support])).toEqual([
      ['bird', 1],
      ['cat', 4],
      ['dog', 3],
    ])
    const [bird, cat, dog] = byClass
    expect(bird).toMatchObject({ precision: 0, recall: 0, f1: 0 })
    expect(cat).toMatchObject({ precision: 3 / 4, recall: 3 / 4, f1: 3 / 4 })
    expect(dog?.precision).toBeCloseTo(1 / 3, 12)
    expect(dog?.recall).toBeCloseTo(1 / 3, 12)
  })

  it('differ where precision and recall do', () => {
    const { byClass, macroF1, balancedAccuracy } = classificationScores(
      ['a', 'a', 'a', 'b', 'b'],
      ['a', 'b', 'b', 'b', 'b'],
    )
    expect(byClass[0]).toMatchObject({ precision: 1, recall: 1 / 3, f1: 1 / 2 })
    expect(byClass[1]).toMatchObject({ precision: 1 / 2, recall: 1, f1: 2 / 3 })
    expect(macroF1).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12)
    expect(balancedAccuracy).toBeCloseTo(2 / 3, 12)
  })

  it('count the truth in rows and what was said in columns', () => {
    const { classes, counts } = classificationScores(actual, predicted).confusion
    expect(classes).toEqual(['bird', 'cat', 'dog'])
    expect(counts).toEqual([
      [0, 0, 1],
      [0, 3, 1],
      [1, 1, 1],
    ])
  })

  it('leave out of the means a class that neither is nor was said to be', () => {
    const scores = classificationScores(['a', 'b'], ['a', 'a'], ['a', 'b', 'never'])
    expect(scores.balancedAccuracy).toBeCloseTo(1 / 2, 12)
    expect(scores.macroF1).toBeCloseTo((2 / 3 + 0) / 2, 12)
    expect(scores.byClass[2]).toEqual({ label: 'never', precision: 0, recall: 0, f1: 0, support: 0 })
  })

  it('of a class that was said alone counts in F1, not in the balanced accuracy', () => {
    const scores = classificationScores(['a', 'a'], ['a', 'b'])
    expect(scores.balancedAccuracy).toBeCloseTo(1 / 2, 12)
    expect(scores.macroF1).toBeCloseTo((2 / 3 + 0) / 2, 12)
  })

  it('add up, whatever the labels', () => {
    const label = fc.constantFrom('a', 'b', 'c', '__proto__', '10', '9')
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 1 }), (pairs) => {
        const [truth, said] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        const { confusion, byClass, accuracy, balancedAccuracy, macroF1 } = classificationScores(truth, said)
        expect(confusion.counts.flat().reduce((a, b) => a + b, 0)).toBe(pairs.length)
        expect(byClass.reduce((sum, { support }) => sum + support, 0)).toBe(pairs.length)
        expect(accuracy).toBeCloseTo(pairs.filter(([a, b]) => a === b).length / pairs.length, 12)
        for (const score of [accuracy, balancedAccuracy, macroF1])
          expect(score >= 0 && score <= 1 + 1e-12).toBe(true)
      }),
    )
  })

  it('refuse what does not belong together', () => {
    expect(() => classificationScores([], [])).toThrow(/at least one label/)
    expect(() => classificationScores(['a'], ['a', 'b'])).toThrow(/1 labels.*received 2/)
    expect(() => classificationScores(['a'], ['b'], ['a'])).toThrow(/predicted\[0\].*one of a, received "b"/)
  })
})

it('labels that are numbers are in the order of numbers', () => {
  expect(sortLabels(['10', '9', '-1', '9'])).toEqual(['-1', '9', '10'])
  expect(sortLabels(['10', '9', 'x'])).toEqual(['10', '9', 'x'])
})
