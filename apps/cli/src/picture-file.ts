/** Pictures in files: what kind, the name says. */
import { extname } from 'node:path'
import { writeFileAtomically } from '@attentive/core'
import type { Chart } from '@attentive/timeseries'
import { InvalidArgumentError } from '@commander-js/extra-typings'

const writers: Record<string, (chart: Chart) => Promise<string | Uint8Array>> = {
  '.svg': (chart) => chart.toSvg(),
  '.png': (chart) => chart.toPng({ scale: 2 }),
  '.html': (chart) => chart.toHtml(),
}

/** For `argParser`. */
export function pictureFile(file: string): string {
  if (Object.hasOwn(writers, extname(file).toLowerCase())) return file
  throw new InvalidArgumentError('Expected a file name that ends in .svg, .png or .html.')
}

/** @param file as `pictureFile` lets it pass. */
export async function writePicture(file: string, chart: Chart): Promise<void> {
  const write = writers[extname(file).toLowerCase()] as (typeof writers)[string]
  await writeFileAtomically(file, await write(chart))
}
