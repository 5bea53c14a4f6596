/**
 * A chart as one HTML file. It loads nothing, and its policy forbids it to: no text in it can become a script, since only
 * the two scripts whose hashes are named may run.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { escapeXml } from '@attentive/core'
import { contentOf, placementOf } from './compose.js'
import { pageScript } from './page-script.js'
import type { ChartPlan } from './plan.js'
import { darkOf, faint, font, ground, ink } from './style.js'

/** Widths that the page is laid out for, the widest that fits: a phone's, a tablet's, a screen's. */
const widths = [320, 640, 1000]

let library: Promise<string> | null = null

function loadLibrary(): Promise<string> {
  library ??= readFile(createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js'), 'utf8')
  return library
}

export async function pageOf(plan: ChartPlan, stillSvg: string): Promise<string> {
  const zooms = plan.panels.some(({ x }) => x.zoom)
  const data = {
    ...contentOf(plan),
    layouts: widths.map((width) => placementOf(plan, width, zooms)),
    darkOf,
    colors: { ink, faint, ground },
  }
  const scripts = [await loadLibrary(), pageScript]
  const title = escapeXml(plan.title || 'Chart')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policyOf(scripts)}">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<main>
<div id="chart" role="img" aria-label="${escapeXml(plan.description)}"></div>
<figure id="still">${stillSvg}</figure>
<p id="hint">${hintOf(plan, zooms)}</p>
</main>
<script type="application/json" id="data">${jsonInHtml(data)}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`
}

function hintOf({ legend }: ChartPlan, zooms: boolean): string {
  return [
    'Point at the picture for its values.',
    ...(zooms ? ['Zoom with the slider, with two fingers, or with Ctrl and the wheel.'] : []),
    ...(legend.length > 0 ? ['A name above shows or hides what it stands for.'] : []),
  ].join(' ')
}

function policyOf(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${hashes.join(' ')}`
}

/** JSON that cannot end the element it stands in. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
}

const styles = `
:root { color-scheme: light dark; }
body { margin: 0; background: ${ground}; color: ${faint}; font: 13px/1.5 ${font.family}; }
main { max-width: 1200px; margin: 0 auto; }
#chart { display: none; width: 100%; touch-action: pan-y pinch-zoom; }
#still { margin: 0; background: ${ground}; }
#still svg { display: block; width: 100%; height: auto; max-width: 900px; margin: 0 auto; }
#hint { display: none; margin: 0; padding: 0 14px 14px; }
.interactive #chart, .interactive #hint { display: block; }
.interactive #still { display: none; }
@media (prefers-color-scheme: dark) { body { background: ${darkOf[ground]}; color: ${darkOf[faint]}; } }
@media print {
  body { background: ${ground}; }
  .interactive #chart, .interactive #hint { display: none; }
  .interactive #still { display: block; }
  #still svg { max-width: 100%; max-height: 100vh; }
}
`
