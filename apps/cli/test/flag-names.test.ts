import { InvalidArgumentError } from '@attentive/core'
import { expect, it } from 'vitest'
import { inFlags } from '../src/flag-names.js'

const flags = [
  { option: 'onBadLine', flag: '--on-bad-line', isGiven: false },
  { option: 'batchSize', flag: '--batch-size', isGiven: true },
  { option: 'epochs', flag: '--epochs', isGiven: false },
  { option: 'format', flag: '--format', isGiven: false },
  { option: 'resume', flag: '--resume', isGiven: false },
]

it.each([
  ['an argument that is a flag', { argument: 'format' }, '--format: expected x'],
  ['a setting whose flag was typed', { argument: 'training.batchSize' }, '--batch-size: expected x'],
  ['a setting of a file', { argument: 'training.epochs' }, 'training.epochs: expected x'],
  ['an option of something else', { argument: 'hiddenSize' }, 'hiddenSize: expected x'],
  ['an option with a value', { hint: 'Use onBadLine: "skip".' }, 'Use --on-bad-line skip.'],
  ['a switch', { hint: 'Use resume: true.' }, 'Use --resume.'],
  ['an option alone', { hint: 'At most batchSize (5).' }, 'At most --batch-size (5).'],
  ['a word', { hint: 'Name the format.' }, 'Name the format.'],
  ['a word before a colon', { hint: 'A format: tsv.' }, 'A format: tsv.'],
  ['a setting with its place', { hint: 'See training.batchSize.' }, 'See training.batchSize.'],
])('%s', (_, details, text) => {
  const error = new InvalidArgumentError({ expected: 'x', received: 'batchSize', ...details })
  expect(inFlags(error, flags)).toContain(text)
  expect(inFlags(error, flags)).toContain('received batchSize')
})
