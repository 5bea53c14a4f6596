import { describeKernels } from './kernel-cases/compare.js'
import { normalisation } from './kernel-cases/normalisation.js'

describeKernels('normalisation', normalisation)
