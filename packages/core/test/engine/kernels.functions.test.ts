import { describeKernels } from './kernel-cases/compare.js'
import { functions } from './kernel-cases/functions.js'

describeKernels('functions', functions)
