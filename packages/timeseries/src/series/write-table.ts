/** Tables into files. */
import { writeFileAtomically } from '@attentive/core'
import { csvText } from './csv-text.js'
import { jsonlText } from './jsonl-text.js'
import type { Cell } from './table-cells.js'

/**
 * Writes JSONL where the file ends in `.jsonl`, else CSV; see `csvText`.
 * @param rows of as many cells as there are names.
 * @throws InvalidArgumentError when a name is there twice, or a text is one that CSV files cannot hold.
 * @throws StorageError when it cannot be written.
 */
export async function writeTable(
  file: string,
  names: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  const textOf = /\.jsonl$/i.test(file) ? jsonlText : csvText
  await writeFileAtomically(file, textOf(names, rows))
}
