import { describe, expect, it } from 'vitest'
import { FontSet } from '../../src/drawing/fonts.js'
import { outlineTypesetter } from '../../src/drawing/outlines.js'

const SIZE = 1000

/** Path data and width of texts. */
async function outlinesOf(...texts: string[]): Promise<{ path: string; width: number }[]> {
  const typesetter = outlineTypesetter(await FontSet.for(texts))
  return texts.map((text) => ({
    path: /d="([^"]*)"/.exec(typesetter.set({ text, x: 0, y: 0, size: SIZE }))?.[1] ?? '',
    width: typesetter.measure(text, SIZE),
  }))
}

function ys(path: string): number[] {
  const points = path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? []
  return points.filter((_, i) => i % 2 === 1)
}

describe('fonts that come with the package', () => {
  it.each([
    ['Latin', 'Größe Łódź'],
    ['Vietnamese', 'Việt'],
    ['Greek', 'Ελληνικά'],
    ['Cyrillic', 'Русский Ґ'],
    ['Arabic', 'كلبان'],
    ['Hebrew', 'שלום'],
    ['Devanagari', 'हिन्दी'],
    ['Thai', 'สวัสดี'],
    ['Chinese', '雪地奔跑繁體'],
    ['Japanese', 'ひらカタ走る'],
    ['Korean', '마리의개가눈'],
    ['emoji', '🐕😀❤️👍🏽🇩🇪👨‍👩‍👧'],
    ['a script that only the last resort has', 'ཀᏣᚠ'],
    ['marks of tokenisers', '▁@@</s>…→␣'],
  ])('have every character of %s', async (_, text) => {
    const fonts = await FontSet.for([text])
    for (const character of text) {
      if (/\p{Default_Ignorable_Code_Point}/u.test(character)) continue
      const segments = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
      const grapheme = segments.find((segment) => segment.includes(character)) as string
      expect(fonts.of(grapheme).codePoints.has(character.codePointAt(0) as number)).toBe(true)
    }
  })

  it('are drawn in their regular weight, not in the Thin that some variable fonts start from', async () => {
    const [bar] = await outlinesOf('一')
    const heights = ys(bar?.path as string)
    const thickness = Math.max(...heights) - Math.min(...heights)
    expect(thickness).toBeGreaterThan(60)
    expect(thickness).toBeLessThan(130)
  })
})

describe('outlines', () => {
  it('join Arabic letters', async () => {
    const [word, ...letters] = await outlinesOf('كلب', 'ك', 'ل', 'ب')
    const apart = letters.reduce((sum, { width }) => sum + width, 0)
    expect(word?.width).toBeLessThan(0.9 * apart)
  })

  it('run from right to left in Hebrew, with numbers from left to right', async () => {
    const [word, alef, bet] = await outlinesOf('אב', 'א', 'ב')
    expect(word?.path.startsWith(bet?.path as string)).toBe(true)
    expect(word?.width).toBeCloseTo((alef?.width as number) + (bet?.width as number), 6)
    const [mixed, number] = await outlinesOf('א12', '12')
    expect(mixed?.path.startsWith(number?.path as string)).toBe(true)
  })

  it('put a right-to-left word into a left-to-right line where it belongs', async () => {
    const [line, a] = await outlinesOf('aאבc', 'a')
    expect(line?.path.startsWith(a?.path as string)).toBe(true)
    const [, c] = await outlinesOf('a', 'c')
    expect(line?.width).toBeGreaterThan((a?.width as number) + (c?.width as number))
  })

  it('draw a family as one picture, and a flag as one', async () => {
    const [dog, family, flag] = await outlinesOf('🐕', '👨‍👩‍👧', '🇩🇪')
    expect(family?.width).toBe(dog?.width)
    expect(flag?.width).toBe(dog?.width)
  })

  it('stand where they are put', async () => {
    const typesetter = outlineTypesetter(await FontSet.for(['ab']))
    const width = typesetter.measure('ab', 10)
    const place = (anchor: 'start' | 'middle' | 'end') =>
      /translate\(([-\d.]+) 0\)"/.exec(typesetter.set({ text: 'ab', x: 3, y: 4, size: 10, anchor }))?.[1]
    expect(Number(place('start'))).toBe(0)
    expect(Number(place('middle'))).toBeCloseTo(-width / 2, 1)
    expect(Number(place('end'))).toBeCloseTo(-width, 1)
    const turned = typesetter.set({ text: 'ab', x: 3, y: 4, size: 10, rotate: -50 })
    expect(turned).toContain('translate(3 4) rotate(-50) translate(0 0)')
  })
})
