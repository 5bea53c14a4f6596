/** The picture of a translation's attention, in both forms. */
import { writeFile } from 'node:fs/promises'
import type { Translation } from '@attentive/nlp'

/** Writes `path.svg` and `path.png`; returns the path of the latter. */
export async function drawAttention({ attention }: Translation, path: string): Promise<string> {
  await writeFile(`${path}.svg`, attention.toSvg())
  await writeFile(`${path}.png`, await attention.toPng())
  return `${path}.png`
}
