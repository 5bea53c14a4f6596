/** The kernel table: one entry an operation. What is missing here runs eagerly, with a warning that names it. */
import { activations } from './activations.js'
import { arithmetic } from './arithmetic.js'
import { blocks } from './blocks.js'
import { comparison } from './comparison.js'
import { convolution } from './convolution.js'
import { depthwise } from './depthwise.js'
import { functions } from './functions.js'
import { indexing } from './indexing.js'
import { making } from './making.js'
import { matrix } from './matrix.js'
import { normalisation } from './normalisation.js'
import { pooling } from './pooling.js'
import { reduction } from './reduction.js'
import { resizing } from './resizing.js'
import type { KernelTable } from './rule.js'
import { scattering } from './scattering.js'
import { shaping } from './shaping.js'

export const kernelTable: KernelTable = {
  ...making,
  ...arithmetic,
  ...functions,
  ...activations,
  ...comparison,
  ...reduction,
  ...normalisation,
  ...matrix,
  ...shaping,
  ...blocks,
  ...indexing,
  ...scattering,
  ...convolution,
  ...depthwise,
  ...pooling,
  ...resizing,
}
