/** A chart that can be written as SVG, PNG or a page. */
import { InvalidArgumentError, outlineSvg, type PngOptions, pngFromSvg } from '@attentive/core'
import type { ChartPlan, Planner } from './plan.js'
import { cleanText } from './texts.js'

/** A picture of time series work. Each way to write it gives the same bytes for the same data. */
export interface Chart {
  /** An SVG document whose labels are text, in the fonts of whoever looks at it. */
  toSvg(): Promise<string>
  /** The same with labels as outlines: larger, legible also where there is no font, and never text again. */
  toOutlinedSvg(): Promise<string>
  /** A PNG file, its labels in fonts that come with the toolkit: the same picture on every machine, in any script. */
  toPng(options?: PngOptions): Promise<Uint8Array>
  /**
   * A page in one file, which needs no network and no server: values where one points, zoom by slider, by two fingers or
   * by the wheel with Ctrl, in the width of its window, light or dark as the reader likes it. Printed, or without
   * scripts, it shows the SVG. It holds ECharts, about 1.1 MB.
   */
  toHtml(): Promise<string>
}

/** Options of every chart. */
export interface ChartOptions {
  /** Default none. */
  title?: string
  /** Width of SVG and PNG in pixels, 280 to 4000; 390 is a phone's. Default 720. */
  width?: number
}

/** Points of a line in a still picture, for each pixel of its width: lowest and highest of two neighbouring pixels. */
const POINTS_PER_PIXEL = 2
/** Points of all lines of a page together, and at least of each. */
const pagePoints = { together: 60_000, each: 3000 }

/** @param lines how many long lines there are. */
export function makeChart(options: ChartOptions, planner: Planner, lines: number): Chart {
  const { width = 720 } = options
  if (!(width >= 280 && width <= 4000))
    throw new InvalidArgumentError({
      argument: 'width',
      expected: 'pixels from 280 to 4000',
      received: String(width),
    })
  const still = (): ChartPlan => planner(width * POINTS_PER_PIXEL)
  const toSvg = async () => {
    const { renderSvg } = await import('./render.js')
    return renderSvg(still(), width)
  }
  return {
    toSvg,
    toOutlinedSvg: async () => outlineSvg(await toSvg()),
    toPng: async (png) => pngFromSvg(await toSvg(), png),
    async toHtml() {
      const { pageOf } = await import('./page.js')
      const points = Math.max(pagePoints.each, Math.floor(pagePoints.together / Math.max(1, lines)))
      return pageOf(planner(points), await toSvg())
    },
  }
}

export function titleOf({ title = '' }: ChartOptions): string {
  return cleanText(title)
}
