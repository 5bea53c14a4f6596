import { arithmetic } from './kernel-cases/arithmetic.js'
import { describeKernels } from './kernel-cases/compare.js'

describeKernels('arithmetic', arithmetic)
