/** The cases of all families. */
import { activations } from './activations.js'
import { arithmetic } from './arithmetic.js'
import { blocks } from './blocks.js'
import { comparison } from './comparison.js'
import { functions } from './functions.js'
import { convolution, depthwise, pooling, resizing } from './images.js'
import { indexing } from './indexing.js'
import type { KernelCases } from './kernel-case.js'
import { making } from './making.js'
import { matrix } from './matrix.js'
import { normalisation } from './normalisation.js'
import { reduction } from './reduction.js'
import { scattering } from './scattering.js'
import { shaping } from './shaping.js'

export const allCases: KernelCases = {
  ...activations,
  ...arithmetic,
  ...blocks,
  ...comparison,
  ...convolution,
  ...depthwise,
  ...functions,
  ...indexing,
  ...making,
  ...matrix,
  ...normalisation,
  ...pooling,
  ...reduction,
  ...resizing,
  ...scattering,
  ...shaping,
}
