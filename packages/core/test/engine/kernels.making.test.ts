import { describeKernels } from './kernel-cases/compare.js'
import { making } from './kernel-cases/making.js'

describeKernels('making', making)
