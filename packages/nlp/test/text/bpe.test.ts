import { CheckpointError, InvalidArgumentError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bpe, joinPieces, learnBpe } from '../../src/text/index.js'
import { golden } from './golden.js'

const anyWord = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', '@', '@@', '<', '/', 'w', '>', '</w>', ' ', '😀', '\u202E'),
    minLength: 1,
  }),
)

describe('byte-pair encoding', () => {
  it('learns the example of the paper', () => {
    // Sennrich et al. 2016, Algorithm 1; of equally frequent pairs the greater comes first.
    const words = new Map([
      ['low', 5],
      ['lower', 2],
      ['newest', 6],
      ['widest', 3],
    ])
    const { merges } = learnBpe(words, { merges: 6 })
    expect(merges).toEqual([
      ['s', 't</w>'],
      ['e', 'st</w>'],
      ['l', 'o'],
      ['w', 'est</w>'],
      ['n', 'e'],
      ['ne', 'west</w>'],
    ])
    expect(learnBpe(words, { merges: 6 }).encodeWord('lowest')).toEqual(['lo@@', 'west'])
  })

  it('learns the merges of subword-nmt, ties included', () => {
    const words = new Map(Object.entries(golden.bpe.words))
    expect(learnBpe(words, { merges: golden.bpe.merges.length }).merges).toEqual(golden.bpe.merges)
  })

  it('learns from the most frequent words, where there are too many', () => {
    const words = new Map([
      ['xy', 3],
      ['bb', 2],
      ['aa', 2],
      ['ab', 5],
    ])
    const { merges } = learnBpe(words, { merges: 10, maxWords: 3 })
    expect(merges).toEqual([
      ['a', 'b</w>'],
      ['x', 'y</w>'],
      ['a', 'a</w>'],
    ])
  })

  it('cuts words as subword-nmt does', () => {
    const bpe = new Bpe(golden.bpe.merges)
    for (const [word, pieces] of Object.entries(golden.bpe.segmented))
      expect(bpe.encodeWord(word)).toEqual(pieces)
  })

  it('counts every pair anew after a merge', () => {
    // Brute force: recount all pairs of all words before each merge.
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 }), {
          minLength: 1,
          maxLength: 12,
        }),
        (list) => {
          const words = new Map<string, number>()
          for (const word of list) words.set(word, (words.get(word) ?? 0) + 1)
          expect(learnBpe(words, { merges: 20 }).merges).toEqual(learnSlowly(words, 20))
        },
      ),
    )
  })

  it('gives every word back, whatever it is made of', () => {
    const bpe = learnBpe(
      new Map([
        ['a@@', 9],
        ['</w>', 9],
        ['ab@@@', 9],
        ['😀😀', 9],
        ['a</w>b', 9],
        ['@@@@', 9],
        ['</w>b', 9],
      ]),
      { merges: 40 },
    )
    fc.assert(
      fc.property(fc.array(anyWord), (words) => {
        expect(joinPieces(words.flatMap((word) => bpe.encodeWord(word)))).toEqual(words)
      }),
      { numRuns: 500 },
    )
  })

  it('takes pieces apart that a vocabulary lacks', () => {
    const bpe = new Bpe([
      ['l', 'o'],
      ['lo', 'w</w>'],
      ['lo', 'w'],
      ['low', 'e'],
      ['r', 's</w>'],
    ])
    expect(bpe.encodeWord('lowers')).toEqual(['lowe@@', 'rs'])
    const lacking = (...pieces: string[]) =>
      bpe.restrictedTo((piece) => !pieces.includes(piece)).encodeWord('lowers')
    expect(lacking('lowe@@')).toEqual(['low@@', 'e@@', 'rs'])
    expect(lacking('lowe@@', 'low@@', 'rs')).toEqual(['lo@@', 'w@@', 'e@@', 'r@@', 's'])
    expect(lacking('lowe@@', 'e@@')).toEqual(['low@@', 'e@@', 'rs'])
  })

  it('joins what a broken-off sentence has', () => {
    expect(joinPieces(['lo@@', 'w', 'ne@@', 'w@@'])).toEqual(['low', 'new'])
  })

  it('stops when no pair is frequent enough', () => {
    expect(learnBpe(new Map([['ab', 1]]), { merges: 5 }).merges).toEqual([])
    expect(learnBpe(new Map([['ab', 1]]), { merges: 5, minFrequency: 1 }).merges).toEqual([['a', 'b</w>']])
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses %s merges', (merges) => {
    expect(() => learnBpe(new Map(), { merges })).toThrow(InvalidArgumentError)
  })

  it('cuts a word of 100,000 characters in no time, and gives it back', () => {
    const bpe = learnBpe(
      new Map([
        ['x'.repeat(100_000), 5],
        ['xxxx', 5],
      ]),
      { merges: 10 },
    )
    const word = 'x'.repeat(100_000)
    expect(joinPieces(bpe.encodeWord(word))).toEqual([word])
  })

  it('comes back from JSON', () => {
    const bpe = new Bpe(golden.bpe.merges)
    const restored = Bpe.fromJSON(JSON.parse(JSON.stringify(bpe)))
    for (const word of Object.keys(golden.bpe.words))
      expect(restored.encodeWord(word)).toEqual(bpe.encodeWord(word))
  })

  it.each([
    undefined,
    {},
    { version: 1, merges: [['a']] },
    { version: 1, merges: [['a', 'b', 'c']] },
    { version: 9, merges: [] },
    { version: 1, merges: [['', 'a']] },
  ])('refuses JSON that is not its own: %j', (json) => {
    expect(() => Bpe.fromJSON(json)).toThrow(CheckpointError)
  })
})

/** Algorithm 1 of the paper as it stands there. */
function learnSlowly(words: ReadonlyMap<string, number>, merges: number): [string, string][] {
  const segmented = Array.from(words, ([word, count]) => ({
    symbols: [...word.slice(0, -1), `${word.at(-1)}</w>`],
    count,
  }))
  const learnt: [string, string][] = []
  while (learnt.length < merges) {
    const pairs = new Map<string, number>()
    for (const { symbols, count } of segmented)
      for (let i = 0; i + 1 < symbols.length; i++) {
        const pair = `${symbols[i]} ${symbols[i + 1]}`
        pairs.set(pair, (pairs.get(pair) ?? 0) + count)
      }
    const split = (pair: string) => pair.split(' ') as [string, string]
    const greater = (a: string, b: string) => {
      const [[a1, a2], [b1, b2]] = [split(a), split(b)]
      return a1 === b1 ? a2 > b2 : a1 > b1
    }
    const [best, count] = [...pairs].reduce<[string, number]>(
      (top, next) => (next[1] > top[1] || (next[1] === top[1] && greater(next[0], top[0])) ? [...next] : top),
      [' ', 0],
    )
    if (count < 2) break
    learnt.push(split(best))
    const [left, right] = split(best)
    for (const word of segmented)
      for (let i = 0; i + 1 < word.symbols.length; i++)
        if (word.symbols[i] === left && word.symbols[i + 1] === right) word.symbols.splice(i, 2, left + right)
  }
  return learnt
}
