import { curves, InvalidArgumentError, ShapeError } from '@attentive/core'
import { describe, expect, it } from 'vitest'

/** The points of each line, in pixels. */
function lines(svg: string): [number, number][][] {
  return Array.from(svg.matchAll(/<path d="([^"]*)" fill="none"/g), ([, path = '']) =>
    Array.from(path.matchAll(/[ML]([-\d.]+),([-\d.]+)/g), ([, x, y]): [number, number] => [
      Number(x),
      Number(y),
    ]),
  )
}

const panel = (y: number[], options = {}) => ({
  yLabel: 'loss',
  curves: [{ name: 'training', x: y.map((_, i) => i), y }],
  ...options,
})

describe('curves', () => {
  it('draws values to scale', () => {
    const [line] = lines(curves({ panels: [panel([0, 10, 5])] }).toSvg())
    const [[ax, ay], [bx, by], [cx, cy]] = line as [[number, number], [number, number], [number, number]]
    expect(bx - ax).toBeCloseTo(cx - bx, 1)
    expect(ay - by).toBe(210)
    expect(ay - cy).toBe(105)
  })

  it('draws equal factors as equal steps on a logarithmic scale', () => {
    const [line] = lines(curves({ panels: [panel([1, 10, 100], { logarithmic: true })] }).toSvg())
    const [[, a], [, b], [, c]] = line as [[number, number], [number, number], [number, number]]
    expect(a - b).toBeCloseTo(b - c, 1)
    expect(a - c).toBeCloseTo(210, 1)
  })

  it('leaves a gap where a value is not a number, and draws what is alone as a dot', () => {
    const svg = curves({ panels: [panel([1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY, 1])] }).toSvg()
    const [, path] = /<path d="([^"]*)" fill="none"/.exec(svg) ?? []
    expect(path?.match(/M/g)).toHaveLength(3)
    expect(svg.match(/<circle/g)).toHaveLength(4)
    expect(svg).not.toContain('NaN,')
  })

  it('draws even where nothing is a number', () => {
    expect(lines(curves({ panels: [panel([Number.NaN])] }).toSvg())).toEqual([[]])
  })

  it('has panels one under the other over the same steps, whole ones, with a legend and a description', () => {
    const svg = curves({
      title: 'Training <1>',
      xLabel: 'epoch',
      panels: [
        {
          yLabel: 'loss',
          curves: [
            { name: 'training', x: [1, 2, 3], y: [3, 2, 1] },
            { name: 'validation', x: [1, 3], y: [4, 2] },
          ],
        },
        { yLabel: 'BLEU', curves: [{ name: 'beam 5', x: [3], y: [30] }] },
      ],
    }).toSvg()
    const [training, validation, bleu] = lines(svg) as [number, number][][]
    expect(validation?.[0]?.[0]).toBe(training?.[0]?.[0])
    expect(bleu?.[0]?.[0]).toBe(training?.[2]?.[0])
    expect(bleu?.[0]?.[1]).toBeGreaterThan(training?.[2]?.[1] as number)
    expect(svg).toContain('<title>Training &lt;1&gt;</title>')
    expect(svg).toContain('training: loss from 3.000 at 1 to 1.000 at 3')
    for (const label of ['training', 'validation', 'beam 5', 'epoch', 'BLEU', '1', '2', '3'])
      expect(svg).toContain(`>${label}</text>`)
    expect(svg).not.toContain('>1.2</text>')
  })

  it('writes a PNG', async () => {
    const png = await curves({ panels: [panel([3, 2, 1])] }).toPng({ scale: 1 })
    expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(640)
  })

  it.each([
    ['no panels', InvalidArgumentError, []],
    ['no curves', InvalidArgumentError, [{ yLabel: 'loss', curves: [] }]],
    ['no points', ShapeError, [panel([])]],
    ['more x than y', ShapeError, [{ yLabel: 'loss', curves: [{ name: 'a', x: [1, 2], y: [1] }] }]],
    [
      'NaN steps',
      InvalidArgumentError,
      [{ yLabel: 'loss', curves: [{ name: 'a', x: [Number.NaN], y: [1] }] }],
    ],
    ['zero on a logarithmic scale', InvalidArgumentError, [panel([1, 0], { logarithmic: true })]],
  ])('refuses %s', (_, error, panels) => {
    expect(() => curves({ panels })).toThrow(error)
  })
})
