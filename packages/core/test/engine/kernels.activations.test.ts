import { activations } from './kernel-cases/activations.js'
import { describeKernels } from './kernel-cases/compare.js'

describeKernels('activations', activations)
