import { InvalidArgumentError, outlineSvg, pngFromSvg } from '@attentive/core'
import { describe, expect, it } from 'vitest'

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20" viewBox="0 0 80 20">${content}</svg>`

/** Where an outline stands: translations of the path in it. */
function placesOf(outlined: string): number[] {
  const [, x, y, shift] = /translate\(([-\d.]+) ([-\d.]+)\) translate\(([-\d.]+) 0\)/.exec(outlined) ?? []
  return [x, y, shift].map(Number)
}

describe('outlineSvg', () => {
  it('puts an outline where the text was, and leaves all else', async () => {
    const outlined = await outlineSvg(
      svg(
        '<rect width="3" height="3"/><text x="7" y="9" font-size="10" fill="red">ab</text><path d="M0 0"/>',
      ),
    )
    expect(outlined).not.toContain('<text')
    expect(outlined).toMatch(
      /^<svg .*<rect width="3" height="3"\/><g><path d="M[^"]+" fill="red"[^>]*><\/g><path d="M0 0"\/>/,
    )
    expect(placesOf(outlined)).toEqual([7, 9, 0])
  })

  it.each([
    ['attributes', 'text-anchor="end" dominant-baseline="central" font-size="10"'],
    ['style', "style='text-anchor: end; dominant-baseline:central;font-size:10px'"],
    [
      'the font in short',
      `text-anchor="end" dominant-baseline="central" style="font: normal normal 10px 'A', sans-serif"`,
    ],
  ])('reads anchor, baseline and size from %s', async (_, attributes) => {
    const [, , width] = placesOf(await outlineSvg(svg('<text font-size="10" text-anchor="end">ab</text>')))
    expect(width).toBeLessThan(-8)
    const outlined = await outlineSvg(svg(`<text ${attributes} transform="rotate(-90)">ab</text>`))
    expect(placesOf(outlined)).toEqual([0, 3.5, width])
    expect(outlined).toContain('<g transform="rotate(-90)">')
  })

  it('decodes entities once: what was text does not become markup', async () => {
    const glyphs = async (text: string) =>
      / d="([^"]*)"/.exec(await outlineSvg(svg(`<text font-size="10">${text}</text>`)))?.[1]
    expect(await glyphs('&lt;&#98;&#x3e;&quot;&apos;')).toBe(await glyphs('<b>"\''.replace('<', '&#60;')))
    expect(await glyphs('&amp;lt;')).not.toBe(await glyphs('&lt;'))
  })

  it('refuses text that has elements within it, which would vanish', async () => {
    await expect(outlineSvg(svg('<text>a<tspan>b</tspan></text>'))).rejects.toThrow(InvalidArgumentError)
  })
})

describe('pngFromSvg', () => {
  it('draws text without any font of the system, in any script', async () => {
    const bare = await pngFromSvg(svg(''))
    const [latin, han] = await Promise.all(
      ['ab', '雪'].map((text) => pngFromSvg(svg(`<text x="2" y="15" font-size="12">${text}</text>`))),
    )
    expect(latin).not.toEqual(bare)
    expect(han).not.toEqual(bare)
    expect(han).not.toEqual(latin)
    expect(new DataView(bare.buffer, bare.byteOffset).getUint32(16)).toBe(160)
  })

  it('refuses a scale that makes no picture', async () => {
    await expect(pngFromSvg(svg(''), { scale: 0 })).rejects.toThrow(InvalidArgumentError)
  })
})
