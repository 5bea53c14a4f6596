import { describeKernels } from './kernel-cases/compare.js'
import { comparison } from './kernel-cases/comparison.js'

describeKernels('comparison', comparison)
