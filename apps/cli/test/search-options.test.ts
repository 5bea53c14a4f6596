import { expect, it } from 'vitest'
import { samplingOf } from '../src/commands/translate/sampling-options.js'
import { searchOptions } from '../src/commands/translate/search-options.js'

it.each([
  [{ banUnknown: true as const }, { banUnknown: true }],
  [{ replaceUnknown: true as const }, { replaceUnknown: true, banUnknown: false }],
  [{ repeatNgramSize: 3 }, { noRepeatNgramSize: 3 }],
  [
    { minLength: 2, maxLength: 9 },
    { minLength: 2, maxLength: 9, sampling: undefined },
  ],
  [{ topK: 5, seed: 4 }, { sampling: { topK: 5, seed: 4 } }],
])('the flags %j become the options %j', (flags, options) => {
  expect(searchOptions({ repeatNgramSize: 0, ...flags })).toMatchObject(options)
})

it('draws at random as soon as one of its flags is there, from seed 1', () => {
  expect(samplingOf({})).toBeUndefined()
  for (const flags of [{ temperature: 1 }, { topK: 2 }, { topP: 0.5 }])
    expect(samplingOf(flags)).toMatchObject({ ...flags, seed: 1 })
})
