import { CheckpointError } from '@attentive/core'
import { describe, expect, it } from 'vitest'
import { capitalizeSentences, Truecaser } from '../../src/text/index.js'
import { sentenceStarts } from '../../src/text/sentence-starts.js'
import { golden } from './golden.js'

function train(lines: string[]): Truecaser {
  const counts = new Map<string, number>()
  for (const tokens of lines.map((line) => line.split(' '))) {
    const starts = sentenceStarts(tokens)
    tokens.forEach((token, i) => {
      if (!starts[i]) counts.set(token, (counts.get(token) ?? 0) + 1)
    })
  }
  return Truecaser.fromCounts(counts)
}

describe('Truecaser', () => {
  it.each(golden.truecase.cases)('cases words as Moses does: $text', ({ text, truecased }) => {
    expect(train(golden.truecase.train).truecase(text.split(' '))).toEqual(truecased)
  })

  it('writes the first word of a sentence as it is written elsewhere', () => {
    const truecaser = train(['We saw the dog and Anna .'])
    expect(truecaser.truecase(['The', 'dog', '.', 'Anna', 'sleeps'])).toEqual([
      'the',
      'dog',
      '.',
      'Anna',
      'sleeps',
    ])
  })

  it('comes back from JSON', () => {
    const truecaser = train(golden.truecase.train)
    const restored = Truecaser.fromJSON(JSON.parse(JSON.stringify(truecaser)))
    for (const { text } of golden.truecase.cases)
      expect(restored.truecase(text.split(' '))).toEqual(truecaser.truecase(text.split(' ')))
    expect(() => Truecaser.fromJSON({ version: 1, best: 3 })).toThrow(CheckpointError)
  })
})

describe('capitalizeSentences', () => {
  it('puts capitals at the start of each sentence, behind quotes too', () => {
    expect(capitalizeSentences(['"', 'élan', 'vital', '!', '"', 'ok', '?', '5', 'dogs'])).toEqual([
      '"',
      'Élan',
      'vital',
      '!',
      '"',
      'Ok',
      '?',
      '5',
      'dogs',
    ])
  })
})
