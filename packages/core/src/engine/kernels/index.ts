/** The kernel table: one entry an operation. What is missing here runs eagerly, with a warning that names it. */
import { comparison } from './comparison.js'
import { elementwise } from './elementwise.js'
import { indexing } from './indexing.js'
import { matrix } from './matrix.js'
import { reduction } from './reduction.js'
import type { KernelTable } from './rule.js'
import { shaping } from './shaping.js'

export const kernelTable: KernelTable = {
  ...elementwise,
  ...comparison,
  ...reduction,
  ...matrix,
  ...shaping,
  ...indexing,
}
