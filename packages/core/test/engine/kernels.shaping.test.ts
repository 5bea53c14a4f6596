import { describeKernels } from './kernel-cases/compare.js'
import { shaping } from './kernel-cases/shaping.js'

describeKernels('shaping', shaping)
