/** Pictures of an example, each as SVG, PNG and a page. */
import { join } from 'node:path'
import { writeFileAtomically } from '@attentive/core'
import type { Chart } from '@attentive/timeseries'

/** @param charts by the name of their files. */
export async function savePictures(folder: string, charts: Readonly<Record<string, Chart>>): Promise<void> {
  for (const [name, chart] of Object.entries(charts)) {
    const file = join(folder, name)
    await writeFileAtomically(`${file}.svg`, await chart.toSvg())
    await writeFileAtomically(`${file}.png`, await chart.toPng())
    await writeFileAtomically(`${file}.html`, await chart.toHtml())
  }
  const names = Object.keys(charts).map((name) => `${name}.{svg,png,html}`)
  console.log(`Pictures in ${folder}: ${names.join(', ')}`)
}
