/** SVG by ECharts, without a browser. Loaded when the first picture is made, with the parts that charts need. */
import { createHash } from 'node:crypto'
import { escapeXml } from '@attentive/core'
import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  VisualMapComponent,
} from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { contentOf, placementOf } from './compose.js'
import type { ChartPlan } from './plan.js'

use([
  BarChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  ScatterChart,
  SVGRenderer,
  TitleComponent,
  VisualMapComponent,
])

export function renderSvg(plan: ChartPlan, chartWidth: number): string {
  const { option } = contentOf(plan)
  const { width, height, option: placed } = placementOf(plan, chartWidth, false)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height, locale: 'EN' })
  try {
    chart.setOption({ ...option, ...placed })
    return tidy(chart.renderToSVGString(), plan)
  } finally {
    chart.dispose()
  }
}

/**
 * Without what only a browser's script would use, and with ids that depend on the picture alone, not on how many were
 * made before it. Texts cannot look like the attributes that are replaced: their quotes are escaped.
 */
function tidy(svg: string, { title, description }: ChartPlan): string {
  const bare = svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="visible")/g, '')
    .replace(/(id="|url\(#)zr\d+-/g, '$1chart-')
    .replace(/\n+/g, '\n')
  const name = createHash('sha256').update(bare).digest('hex').slice(0, 8)
  const head = `<title>${escapeXml(title || 'Chart')}</title><desc>${escapeXml(description)}</desc>`
  return bare
    .replace(/(id="|url\(#)chart-/g, `$1chart-${name}-`)
    .replace(/^<svg [^>]*>/, (root) => `${root.slice(0, -1)} role="img">${head}`)
}
