/** Numbers in words, the other way round: a language that a small network learns in seconds. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const numerals = { one: 'eins', two: 'zwei', three: 'drei', four: 'vier', five: 'fünf', six: 'sechs' }
const words = Object.keys(numerals) as (keyof typeof numerals)[]

const pairs = words.flatMap((a) =>
  words.flatMap((b) =>
    [null, ...words].map((c) => {
      const source = [a, b, c].filter((word) => word !== null)
      return {
        source: source.join(' '),
        target: source
          .map((word) => numerals[word])
          .reverse()
          .join(' '),
      }
    }),
  ),
)

export const heldOut = pairs.filter((_, i) => i % 10 === 3)
const training = pairs.filter((_, i) => i % 10 !== 3)

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join('')

const settings = `
text: { tokenizer: { type: whitespace } }
model: { embeddingSize: 24, hiddenSize: 32, dropout: { embedding: 0.1, encoder: 0.1, output: 0.1 } }
training:
  batchSize: 32
  epochs: 20
  optimizer: { type: adam, learningRate: 0.01 }
  patience: 0
  metric: perplexity
seed: 7
`

/** Writes the corpus in several forms, and settings for it; returns paths in the folder. */
export async function writeCorpus(folder: string) {
  await mkdir(folder, { recursive: true })
  const write = async (name: string, text: string) => {
    const path = join(folder, name)
    await writeFile(path, text)
    return path
  }
  const sources = (part: typeof pairs) => lines(part.map(({ source }) => source))
  const targets = (part: typeof pairs) => lines(part.map(({ target }) => target))
  const table = (part: typeof pairs) => lines(part.map(({ source, target }) => `${source}\t${target}`))
  return {
    train: [await write('train.en', sources(training)), await write('train.de', targets(training))],
    test: [await write('test.en', sources(heldOut)), await write('test.de', targets(heldOut))],
    testTable: await write('test.tsv', `english\tgerman\n${table(heldOut)}`),
    short: await write('short.de', targets(heldOut.slice(1))),
    config: await write('config.yaml', settings),
  }
}
