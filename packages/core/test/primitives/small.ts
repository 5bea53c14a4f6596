/** Primitives of one operation. */
import type * as tf from '@tensorflow/tfjs-core'
import { crossEntropy, dropout, Embedding, embedding, Linear, linear, Rng } from '../../src/index.js'
import { golden, type Tensors } from '../layers/golden-case.js'
import { type Primitive, Weights } from './primitive.js'

const loss: Primitive = {
  exports: ['crossEntropy'],
  golden: golden.crossEntropy,
  prepare({ options }) {
    const run = (inputs: Tensors): Tensors => {
      const { logits, targets, mask } = inputs as Record<'logits' | 'targets' | 'mask', tf.Tensor>
      const labelSmoothing = options.labelSmoothing as number
      const by = (reduction: 'none' | 'sum' | 'mean') =>
        crossEntropy({ logits, targets, weights: mask, labelSmoothing, reduction })
      return { none: by('none'), sum: by('sum'), mean: by('mean') }
    }
    return { module: null, run }
  },
}

const embeddingLayer: Primitive = {
  exports: ['Embedding'],
  golden: [golden.embedding],
  prepare() {
    const module = new Embedding({ vocabularySize: 6, embeddingSize: 3, paddingIndex: 0, rng: new Rng(1) })
    return { module, run: ({ ids }) => ({ outputs: module.forward(ids as tf.Tensor) }) }
  },
}

const lookUp: Primitive = {
  exports: ['embedding'],
  golden: [golden.embedding],
  prepare({ weights }) {
    const module = new Weights(weights)
    return { module, run: ({ ids }) => ({ outputs: embedding(ids as tf.Tensor, module.read('weight'), 0) }) }
  },
}

const linearLayer: Primitive = {
  exports: ['Linear'],
  golden: [golden.linear],
  prepare() {
    const module = new Linear({ inputSize: 3, outputSize: 2, rng: new Rng(1) })
    return { module, run: ({ x }) => ({ outputs: module.forward(x as tf.Tensor) }) }
  },
}

const product: Primitive = {
  exports: ['linear'],
  golden: [golden.linear],
  prepare({ weights }) {
    const module = new Weights(weights)
    const run = ({ x }: Tensors) => ({
      outputs: linear(x as tf.Tensor, module.read('weight'), module.read('bias')),
    })
    return { module, run }
  },
}

const dropping: Primitive = {
  exports: ['dropout'],
  golden: [],
  example: {
    inputs: { x: new Rng(2).normal([2, 3, 4]) },
    reason:
      "PyTorch draws other masks; what they do to the numbers is tested by hand, in 'small-ops.test.ts'",
  },
  prepare() {
    const rng = new Rng(3)
    const run = ({ x }: Tensors) => ({
      each: dropout(x as tf.Tensor, { rate: 0.3, rng }),
      shared: dropout(x as tf.Tensor, { rate: 0.6, rng, sharedAxes: [1] }),
    })
    return { module: null, run }
  },
}

export const small: Record<string, Primitive> = {
  'cross-entropy': loss,
  'embedding layer': embeddingLayer,
  embedding: lookUp,
  'linear layer': linearLayer,
  linear: product,
  dropout: dropping,
}
