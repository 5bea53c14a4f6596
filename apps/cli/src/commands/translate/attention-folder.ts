/** What translations attended to, as pictures and numbers in a folder. */
import { join } from 'node:path'
import { writeFileAtomically } from '@attentive/core'
import type { Translation } from '@attentive/nlp'

export class AttentionFolder {
  private number = 0

  constructor(private readonly folder: string) {}

  /** Writes `attention-N.svg`, `.png` and `.json`; a translation without words has nothing to draw, and keeps its N. */
  async add({ attention }: Translation): Promise<void> {
    const path = join(this.folder, `attention-${++this.number}`)
    const { rows, columns, weights } = attention
    if (rows.length === 0) return
    await writeFileAtomically(`${path}.svg`, attention.toSvg())
    await writeFileAtomically(`${path}.png`, await attention.toPng())
    const matrix = rows.map((_, t) => [...weights.subarray(t * columns.length, (t + 1) * columns.length)])
    await writeFileAtomically(`${path}.json`, `${JSON.stringify({ rows, columns, weights: matrix })}\n`)
  }
}
