import { attentionMap, InvalidArgumentError, ShapeError } from '@attentive/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weightColor } from '../../src/drawing/color-scale.js'
import { rasterize } from '../../src/drawing/rasterize.js'

const rows = ['Zwei', 'Hunde']
const columns = ['Two', 'dogs', '.']
const weights = [
  [0.9, 0.1, 0],
  [0.2, 0.7, 0.1],
]

/** Cells of a map: tooltip and fill, in order. */
function cells(svg: string) {
  const found = svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)"[^>]*fill="([^"]+)"><title>([^<]*)<\/title>/g)
  return Array.from(found, ([, x, y, fill, title]) => ({ x: Number(x), y: Number(y), fill, title }))
}

function pngSize(png: Uint8Array): [width: number, height: number] {
  const view = new DataView(png.buffer, png.byteOffset)
  return [view.getUint32(16), view.getUint32(20)]
}

describe('attentionMap', () => {
  it('draws a cell for each pair, coloured by its weight and telling it', () => {
    const found = cells(attentionMap({ rows, columns, weights, maximum: 1 }).toSvg())
    expect(found.map(({ title }) => title)).toEqual([
      'Zwei → Two: 0.900',
      'Zwei → dogs: 0.100',
      'Zwei → .: 0.000',
      'Hunde → Two: 0.200',
      'Hunde → dogs: 0.700',
      'Hunde → .: 0.100',
    ])
    expect(found.map(({ fill }) => fill)).toEqual(weights.flat().map(weightColor))
    const [first, second, , below] = found
    expect((second?.x as number) - (first?.x as number)).toBe(30)
    expect((below?.y as number) - (first?.y as number)).toBe(30)
  })

  it('takes weights as one flat array too, such as the attention of a hypothesis', () => {
    const flat = Float32Array.from(weights.flat())
    expect(attentionMap({ rows, columns, weights: flat }).toSvg()).toBe(
      attentionMap({ rows, columns, weights: [flat.subarray(0, 3), flat.subarray(3)] }).toSvg(),
    )
  })

  it('makes the largest weight, rounded up, the darkest, unless told otherwise', () => {
    const darkest = (svg: string) => cells(svg).map(({ fill }) => fill)[0]
    const small = [
      [0.2, 0.1, 0],
      [0, 0.1, 0.1],
    ]
    expect(darkest(attentionMap({ rows, columns, weights: small }).toSvg())).toBe(weightColor(1))
    expect(darkest(attentionMap({ rows, columns, weights: small, maximum: 1 }).toSvg())).toBe(
      weightColor(0.2),
    )
    // More than the maximum is as dark as it gets; nothing at all is light.
    expect(darkest(attentionMap({ rows, columns, weights: small, maximum: 0.1 }).toSvg())).toBe(
      weightColor(1),
    )
    expect(darkest(attentionMap({ rows, columns, weights: new Float32Array(6) }).toSvg())).toBe(
      weightColor(0),
    )
  })

  it('has a legend, a name, and a description of where each token looks', () => {
    const svg = attentionMap({ rows, columns, weights, title: 'Two dogs.' }).toSvg()
    expect(svg).toContain('role="img"')
    expect(svg).toContain('<title>Two dogs.</title>')
    expect(svg).toContain('Strongest for each: Zwei → Two (0.90); Hunde → dogs (0.70).')
    for (const tick of ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']) expect(svg).toContain(`>${tick}</text>`)
  })

  it('turns labels only where they are wider than their cells, and cuts those that are far too long', () => {
    const one = (column: string) => attentionMap({ rows: ['x'], columns: [column], weights: [1] }).toSvg()
    expect(one('雪地')).not.toContain('rotate(')
    expect(one('snowfall')).toContain('rotate(-50')
    const long = 'Donaudampfschifffahrtsgesellschaftskapitän'
    expect(one(long)).toContain('…</text>')
    expect(one(long)).toContain(`x → ${long}: 1.000`)
  })

  it('keeps hostile tokens out of the markup and white space visible', () => {
    const hostile = ['<script>alert(1)</script>', '"/><!--', '&amp;', ']]>', '\u0000\ud800', ' ', '\n']
    const svg = attentionMap({ rows: hostile, columns: hostile, weights: new Float32Array(49) }).toSvg()
    expect(svg).not.toMatch(/<script|<!--|]]>[^<]*<\/svg/)
    expect(svg).toContain('&lt;script&gt;')
    expect(svg).toContain('&amp;amp;')
    expect(svg).not.toMatch(/\p{Surrogate}/u)
    expect(svg).not.toContain('\u0000')
    expect(svg).toContain('>␣</text>')
  })

  it('is valid XML whatever the tokens are', async () => {
    const token = fc.string({ unit: 'binary', maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(token, { minLength: 1, maxLength: 4 }), token, async (tokens, title) => {
        const weights = new Float32Array(tokens.length ** 2).fill(0.5)
        const svg = attentionMap({ rows: tokens, columns: tokens, weights, title }).toSvg()
        // The rasteriser's parser refuses what is not well-formed.
        await expect(rasterize(svg, 0.1)).resolves.toBeInstanceOf(Uint8Array)
      }),
      { numRuns: 50 },
    )
  })

  it('draws tokens that no font has, and none at all', async () => {
    const tokens = ['', '\u0378', '\u{10ffff}', '\ud83d', '\u200d']
    const png = await attentionMap({ rows: tokens, columns: tokens, weights: new Float32Array(25) }).toPng()
    expect(String.fromCharCode(...png.subarray(1, 4))).toBe('PNG')
  })

  it('writes a PNG of the size of the SVG, times the scale, the same every time', async () => {
    const map = attentionMap({ rows, columns, weights })
    const [, width, height] = (await map.toOutlinedSvg()).match(/width="(\d+)" height="(\d+)"/) ?? []
    const png = await map.toPng({ scale: 3 })
    expect(pngSize(png)).toEqual([3 * Number(width), 3 * Number(height)])
    expect(await map.toPng({ scale: 3 })).toEqual(png)
    expect(pngSize(await map.toPng())).toEqual([2 * Number(width), 2 * Number(height)])
  })

  it('refuses a map that nobody could read, before memory is taken', () => {
    const tokens = (count: number) => Array.from({ length: count }, () => 'x')
    const map = (T: number, S: number) => {
      return attentionMap({ rows: tokens(T), columns: tokens(S), weights: new Float32Array(T * S) })
    }
    expect(() => map(200, 200)).not.toThrow()
    expect(() => map(201, 200)).toThrow('expected at most 40000 cells, received 201 × 200 tokens')
    expect(() => map(201, 200)).toThrow(InvalidArgumentError)
  })

  it('draws sixty by sixty with labels of 12 pixels in cells that hold them', () => {
    const words = Array.from({ length: 60 }, (_, i) => `word${i}`)
    const svg = attentionMap({ rows: words, columns: words, weights: new Float32Array(3600) }).toSvg()
    const [a, b] = cells(svg)
    expect((b?.x as number) - (a?.x as number)).toBe(18)
    expect(svg.match(/font-size="12"/g)?.length).toBeGreaterThanOrEqual(120)
  })

  it.each([
    ['rows', ShapeError, { rows: ['a'], columns: ['b'], weights: [[0.5, 0.5]] }],
    ['a flat array', ShapeError, { rows, columns, weights: new Float32Array(5) }],
    [
      'ragged rows',
      ShapeError,
      {
        rows,
        columns,
        weights: [
          [1, 0],
          [1, 0, 0, 0],
        ],
      },
    ],
  ])('refuses %s of the wrong length', (_, error, options) => {
    expect(() => attentionMap(options)).toThrow(error)
    expect(() => attentionMap(options)).toThrow(/weights: expected \[\d, \d\] numbers/)
  })

  it.each([
    ['weights[1][2]', { weights: [1, 0, 0, 0, 0, Number.NaN] }],
    ['weights[0][1]', { weights: [0, -0.1, 0, 0, 0, 0] }],
    ['weights[0][0]', { weights: [Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0] }],
    ['maximum', { weights, maximum: 0 }],
    ['maximum', { weights, maximum: Number.NaN }],
    ['rows', { rows: [], weights: [] }],
    ['columns', { columns: [], weights: [] }],
    ['rows', { rows: [1, 2] as never, weights }],
  ])('names a bad %s', (argument, options) => {
    const draw = () => attentionMap({ rows, columns, ...options })
    expect(draw).toThrow(InvalidArgumentError)
    expect(draw).toThrow(`${argument}: expected`)
  })

  it.each([0, -1, Number.NaN, 100])('refuses a PNG at scale %s', async (scale) => {
    await expect(attentionMap({ rows, columns, weights }).toPng({ scale })).rejects.toThrow(
      InvalidArgumentError,
    )
  })
})
