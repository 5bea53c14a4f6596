import { CheckpointError, DataError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginId, endId, padId, unknownId, Vocabulary } from '../../src/text/index.js'

const counts = new Map([
  ['rare', 1],
  ['b', 5],
  ['a', 5],
  ['often', 9],
  ['\u{1F600}', 5],
  ['\uFF21', 5],
])

describe('Vocabulary', () => {
  it('orders by frequency, then by code points, after the special tokens', () => {
    expect(Vocabulary.fromCounts(counts).tokens).toEqual([
      '<pad>',
      '<unk>',
      '<s>',
      '</s>',
      'often',
      'a',
      'b',
      '\uFF21',
      '\u{1F600}',
      'rare',
    ])
  })

  it('does not depend on the order of counting', () => {
    const backwards = new Map([...counts].reverse())
    expect(Vocabulary.fromCounts(backwards).tokens).toEqual(Vocabulary.fromCounts(counts).tokens)
  })

  it('drops rare tokens and keeps to its size, special tokens included', () => {
    expect(Vocabulary.fromCounts(counts, { minFrequency: 5 }).has('rare')).toBe(false)
    expect(Vocabulary.fromCounts(counts, { maxSize: 6 }).tokens.slice(4)).toEqual(['often', 'a'])
    expect(Vocabulary.fromCounts(counts, { maxSize: 2 }).size).toBe(4)
  })

  it('encodes, and tells which tokens it does not know', () => {
    const vocabulary = new Vocabulary(['a', 'b'])
    expect(vocabulary.encode(['b', 'x', 'a', 'y', 'x'])).toEqual({
      ids: [5, 1, 4, 1, 1],
      unknown: ['x', 'y', 'x'],
    })
  })

  it('does not take text for special tokens', () => {
    const vocabulary = Vocabulary.fromCounts(
      new Map([
        ['</s>', 9],
        ['<pad>', 8],
        ['a', 1],
      ]),
    )
    expect(vocabulary.tokens.slice(4)).toEqual(['a'])
    expect(vocabulary.encode(['</s>', '<s>', '<pad>', '<unk>']).ids).toEqual([1, 1, 1, 1])
  })

  it('decodes up to the end of the sentence', () => {
    const vocabulary = new Vocabulary(['a', 'b'])
    expect(vocabulary.decode([beginId, 4, unknownId, 5, endId, 4, padId])).toEqual(['a', '<unk>', 'b'])
    expect(vocabulary.decode(Int32Array.of(4, padId))).toEqual(['a'])
  })

  it('names an id that it does not have', () => {
    expect(() => new Vocabulary(['a']).decode([7])).toThrow(
      /token id: expected an integer from 0 to 4, received 7/,
    )
    expect(() => new Vocabulary(['a']).token(-1)).toThrow(DataError)
  })

  it('refuses a token twice, and special ones', () => {
    expect(() => new Vocabulary(['a', 'a'])).toThrow(/vocabulary token 5.*"a"/)
    expect(() => new Vocabulary(['<s>'])).toThrow(DataError)
  })

  it('comes back from JSON with the same ids, whatever the tokens', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor'))),
        (words) => {
          const vocabulary = Vocabulary.fromCounts(new Map(words.map((word, i) => [word, i + 1])))
          const restored = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)))
          expect(restored.encode(words)).toEqual(vocabulary.encode(words))
          expect(restored.decode(restored.encode(words).ids)).toEqual(words)
        },
      ),
    )
  })

  it.each([
    ['no object', null],
    ['another version', { version: 2, tokens: [] }],
    ['numbers', { version: 1, tokens: [1] }],
    ['a token twice', { version: 1, tokens: ['a', 'a'] }],
    ['a special token', { version: 1, tokens: ['</s>'] }],
    ['an object for a list', JSON.parse('{"version":1,"tokens":{"__proto__":["a"],"length":1}}')],
  ])('refuses JSON that is not its own: %s', (_, json) => {
    expect(() => Vocabulary.fromJSON(json)).toThrow(CheckpointError)
  })
})
