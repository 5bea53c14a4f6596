import { describeKernels } from './kernel-cases/compare.js'
import { indexing } from './kernel-cases/indexing.js'

describeKernels('indexing', indexing)
