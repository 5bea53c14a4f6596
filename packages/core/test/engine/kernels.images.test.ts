import { describeKernels } from './kernel-cases/compare.js'
import { convolution, depthwise, pooling, resizing } from './kernel-cases/images.js'

describeKernels('convolution', convolution)
describeKernels('depthwise', depthwise)
describeKernels('pooling', pooling)
describeKernels('resizing', resizing)
