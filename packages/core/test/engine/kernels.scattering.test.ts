import { describeKernels } from './kernel-cases/compare.js'
import { scattering } from './kernel-cases/scattering.js'

describeKernels('scattering', scattering)
