import { blocks } from './kernel-cases/blocks.js'
import { describeKernels } from './kernel-cases/compare.js'

describeKernels('blocks', blocks)
