import { describeKernels } from './kernel-cases/compare.js'
import { reduction } from './kernel-cases/reduction.js'

describeKernels('reduction', reduction)
