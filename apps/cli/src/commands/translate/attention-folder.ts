/** What translations attended to, as pictures and numbers in a folder. */
import { join } from 'node:path'
import { maxAttentionCells, writeFileAtomically } from '@attentive/core'
import type { Translation } from '@attentive/nlp'

export class AttentionFolder {
  private number = 0

  /** @param onTooLarge told what is not drawn, and why. */
  constructor(
    private readonly folder: string,
    private readonly onTooLarge: (message: string) => void,
  ) {}

  /**
   * Writes `attention-N.svg`, `.png` and `.json`; a translation without words has nothing to draw, and keeps its N. Of
   * one that is too large for a picture, the numbers are written.
   */
  async add({ attention }: Translation): Promise<void> {
    const name = `attention-${++this.number}`
    const path = join(this.folder, name)
    const { rows, columns, weights } = attention
    if (rows.length === 0) return
    if (rows.length * columns.length > maxAttentionCells)
      this.onTooLarge(
        `${name}: ${rows.length} × ${columns.length} tokens are too many to draw ` +
          `(at most ${maxAttentionCells} cells): only its numbers are written`,
      )
    else {
      await writeFileAtomically(`${path}.svg`, attention.toSvg())
      await writeFileAtomically(`${path}.png`, await attention.toPng())
    }
    const matrix = rows.map((_, t) => [...weights.subarray(t * columns.length, (t + 1) * columns.length)])
    await writeFileAtomically(`${path}.json`, `${JSON.stringify({ rows, columns, weights: matrix })}\n`)
  }
}
