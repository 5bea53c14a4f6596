/** Whatever `ops` and `layers` export has a row in the table of primitives, and says what it computes. */
import '../eager-backend.js'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as layers from '../../src/layers/index.js'
import * as ops from '../../src/ops/index.js'
import { primitives, withoutRow } from './index.js'

const exported = [...Object.keys(ops), ...Object.keys(layers)]
const withRow = Object.values(primitives).flatMap((primitive) => primitive.exports)

describe('the table of primitives', () => {
  test('has a row for all that is exported, or a reason', () => {
    expect(exported.filter((name) => !withRow.includes(name) && !Object.hasOwn(withoutRow, name))).toEqual([])
  })

  test('has no row, and no reason, for what is not exported', () => {
    expect([...withRow, ...Object.keys(withoutRow)].filter((name) => !exported.includes(name))).toEqual([])
    expect(Object.keys(withoutRow).filter((name) => withRow.includes(name))).toEqual([])
  })

  test('has values of PyTorch in each row, or a reason', () => {
    const without = Object.entries(primitives).filter(
      ([, { golden, example }]) => golden.length === 0 && !example,
    )
    expect(without.map(([name]) => name)).toEqual([])
  })
})

/** Every source file of the two folders by its name. */
const sources = new Map<string, string>(
  ['ops', 'layers'].flatMap((folder) => {
    const path = fileURLToPath(new URL(`../../src/${folder}`, import.meta.url))
    return readdirSync(path).map(
      (name) => [`${folder}/${name}`, readFileSync(join(path, name), 'utf8')] as const,
    )
  }),
)

/** The comments that a reader of `name` sees: its own, its file's, and those of the files that these refer to. */
function commentsOn(name: string): string {
  const declaration = new RegExp(`^export (?:function|class|const) ${name}\\b`, 'm')
  const [text = ''] = [...sources.values()].filter((source) => declaration.test(source))
  const before = text.slice(0, text.search(declaration))
  const own = before.slice(before.lastIndexOf('/**'))
  const header = text.startsWith('/**') ? text.slice(0, text.indexOf('*/')) : ''
  const referred = [...own.matchAll(/`(ops\/[\w-]+\.ts)`/g)].map(([, file = '']) => sources.get(file) ?? '')
  // The scores, and the styles of the decoder, have a comment each.
  return [own, header, ...(name.endsWith('s') ? [text] : []), ...referred].join('\n')
}

describe.each([...new Set(withRow)])('the comment on %s', (name) => {
  test('has an equation, shapes, and a paper', () => {
    const comments = commentsOn(name)
    expect(comments).toMatch(/\S += +\S/)
    expect(comments).toMatch(/`\[[^\]]*[A-Z…][^\]]*\]`/)
    expect(comments).toMatch(/[A-Z]\p{L}+[^()]{0,80}\(?(19|20)\d\d/u)
  })
})
