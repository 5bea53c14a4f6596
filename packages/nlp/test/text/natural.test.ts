import { createRequire } from 'node:module'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStemmer, createTokenizer, stopWords } from '../../src/text/index.js'
import { stemmerNames } from '../../src/text/stemmers.js'
import { stopWordLanguages } from '../../src/text/stop-words.js'
import { naturalTokenizerNames } from '../../src/text/tokenizers/natural.js'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('natural', () => {
  it('is loaded in parts, without its root and without a word on standard output', () => {
    const output = vi.spyOn(process.stdout, 'write')
    const log = vi.spyOn(console, 'log')
    for (const name of naturalTokenizerNames) createTokenizer({ type: 'natural', name })
    for (const name of stemmerNames) createStemmer(name)
    for (const language of stopWordLanguages) stopWords(language)
    expect(output).not.toHaveBeenCalled()
    expect(log).not.toHaveBeenCalled()
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    expect(loaded.some((path) => path.includes('stemmers'))).toBe(true)
    expect(loaded.filter((path) => /natural\/lib\/natural\/index\.js$|dotenv|mongoose/.test(path))).toEqual(
      [],
    )
  })

  it.each(stopWordLanguages)('knows stop words in lower case (%s)', (language) => {
    const words = stopWords(language)
    expect(words.size).toBeGreaterThan(10)
    for (const word of words) expect(word).toBe(word.toLowerCase())
  })

  it('knows the usual ones', () => {
    expect(stopWords('en').has('the')).toBe(true)
    expect(stopWords('de').has('und')).toBe(true)
    expect(stopWords('fr').has('le')).toBe(true)
    expect(stopWords('en').has('dog')).toBe(false)
  })

  it.each([
    ['en', 'running', 'run'],
    ['en-lancaster', 'maximum', 'maxim'],
    ['de', 'Häuser', 'Haus'],
    ['fr', 'mangeait', 'mang'],
    ['es', 'corriendo', 'corr'],
    ['it', 'mangiare', 'mang'],
  ] as const)('stems (%s): %s → %s', (name, word, stem) => {
    expect(createStemmer(name)(word)).toBe(stem)
  })
})
