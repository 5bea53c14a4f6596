import { describeKernels } from './kernel-cases/compare.js'
import { matrix } from './kernel-cases/matrix.js'

describeKernels('matrix', matrix)
