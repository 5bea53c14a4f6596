/** What is left inside the loops of a compiled LSTM and decoder: speed that no result would show. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type LowerOptions, lower } from '../../src/engine/lower.js'
import type { Node } from '../../src/engine/trace/ir.js'
import { AttentionDecoder, Lstm, NdArray, Parameter, Rng, valueAndGradients } from '../../src/index.js'

const rng = new Rng(5)

/** The bodies of the loops of a loss and its gradients: forward, then reverse. */
function loopsOf(parameters: Parameter[], loss: () => tf.Tensor, options: LowerOptions = {}): Node[][] {
  return nodesOf(parameters, loss, options).flatMap(({ body }) => (body ? [body.nodes] : []))
}

function nodesOf(parameters: Parameter[], loss: () => tf.Tensor, options: LowerOptions = {}): Node[] {
  const fn = () => {
    const { gradients } = valueAndGradients(parameters, () => loss() as tf.Scalar)
    return gradients.entries.map(({ tensor }) => tensor)
  }
  return lower(fn, {}, options).nodes
}

const count = (nodes: Node[], op: string) => nodes.filter((node) => node.op === op).length

describe('the loops of an LSTM', () => {
  const lstm = new Lstm({ inputSize: 3, hiddenSize: 4, rng })
  const x = new Parameter([2, 5, 3])
  const loss = () => tf.sum(lstm.forward(x.read()).outputs)
  const [forward = [], reverse = []] = loopsOf([x, ...lstm.parameters()], loss)

  it('walk forward with one product of matrices and three of numbers', () => {
    expect([count(forward, 'Gemm'), count(forward, 'Mul')]).toEqual([1, 3])
  })

  it('write no value twice: what is the next state and an output is made again from what is stacked', () => {
    expect(count(forward, 'Identity')).toBe(0)
  })

  it('walk back with one product of matrices, for no weight, and six of numbers: derivatives of gates are ready', () => {
    expect([count(reverse, 'Gemm'), count(reverse, 'Mul'), count(reverse, 'Sub')]).toEqual([1, 6, 0])
  })

  it('leave the gradient towards the inputs to one product after the loop', () => {
    const product = reverse.find(({ op }) => op === 'Gemm')
    expect(product?.outputs[0]?.shape).toEqual([lstm.hiddenSize, 2])
    expect([count(reverse, 'Split'), count(reverse, 'Concat')]).toEqual([0, 1])
  })

  it('leave the gradient of each matrix to a product after them, and that of the biases to a sum', () => {
    const after = nodesOf(lstm.parameters(), loss)
    const products = after.flatMap(({ op, outputs }) => (op === 'Gemm' ? [outputs[0]?.shape] : []))
    expect(products).toEqual([
      [4 * 4, 3],
      [4 * 4, 4],
    ])
    expect([count(after, 'ReduceSum'), count(after, 'Split')]).toEqual([1, 0])
  })
})

describe('a loss of the last state', () => {
  const lstm = new Lstm({ inputSize: 3, hiddenSize: 4, rng })
  const x = new Parameter([2, 5, 3])
  const loops = (options: LowerOptions) =>
    loopsOf(lstm.parameters(), () => tf.sum(lstm.forward(x.read()).finalStates[0]?.h as tf.Tensor), options)

  it('adds no gradients of outputs, which are zero, to those that travel back', () => {
    const [, reverse = []] = loops({})
    expect(count(reverse, 'Add')).toBe(1)
  })

  it('with one thread sums the gradient of small weights in the loop, the smaller factor on the left', () => {
    const [, reverse = []] = loops({ threads: 1 })
    const shapes = reverse.flatMap(({ op, outputs }) => (op === 'Gemm' ? [outputs[0]?.shape] : []))
    expect(shapes).toEqual([
      [4, 2],
      [3 + 1 + 4, 4 * 4],
    ])
  })
})

describe('with one thread, a loop over stacks that operations make', () => {
  const bodiesOf = (length: number, options: LowerOptions) => {
    const lstm = new Lstm({ inputSize: 3, hiddenSize: 4, rng })
    const x = new Parameter([2, length, 3])
    return loopsOf(lstm.parameters(), () => tf.sum(lstm.forward(x.read()).outputs), options)
  }

  it('goes block by block, so that they stay in the cache', () => {
    const [, blocks = []] = bodiesOf(24, { threads: 1 })
    const inner = blocks.find(({ op }) => op === 'Scan')
    expect(inner?.inputs.at(-1)?.shape[0]).toBe(12)
    expect(blocks.filter(({ op }) => op === 'Mul' || op === 'Sub').length).toBeGreaterThan(8)
    expect([count(inner?.body?.nodes ?? [], 'Mul'), count(inner?.body?.nodes ?? [], 'Sub')]).toEqual([6, 0])
  })

  it.each([
    ['several threads share the operations', 24, { threads: 2 }],
    ['the length has no divisor', 23, { threads: 1 }],
  ])('does not where %s', (_, length, options) => {
    const [, reverse = []] = bodiesOf(length, options)
    expect(count(reverse, 'Scan')).toBe(0)
  })

  it('does not where the length is open', () => {
    const lstm = new Lstm({ inputSize: 3, hiddenSize: 4, rng })
    const { nodes } = lower(
      ({ x }: { x: tf.Tensor }) => {
        const { gradients } = valueAndGradients(lstm, () => tf.sum(lstm.forward(x).outputs) as tf.Scalar)
        return gradients.entries.map(({ tensor }) => tensor)
      },
      { x: NdArray.zeros([2, 24, 3]) as unknown as tf.Tensor },
      { threads: 1, axes: { x: ['B', 'T', null] } },
    )
    expect(nodes.flatMap(({ body }) => body?.nodes ?? []).filter(({ op }) => op === 'Scan')).toEqual([])
  })
})

describe('a large matrix that all steps multiply by', () => {
  it('lies as ONNX Runtime reads it fastest, in both directions', () => {
    const decoder = new AttentionDecoder({ inputSize: 8, hiddenSize: 256, memorySize: 16, rng })
    const inputs = new Parameter([2, 3, 8])
    const memory = new Parameter([2, 4, 16])
    const loops = loopsOf([inputs, memory, ...decoder.parameters()], () =>
      tf.sum(decoder.forward({ inputs: inputs.read(), memory: memory.read() }).hidden),
    )
    const large = loops.flat().filter(({ op, inputs: [, b] }) => op === 'Gemm' && (b?.size ?? 0) >= 2 ** 18)
    expect(large.map(({ attributes }) => attributes.transB)).toEqual([1, 1])
  })
})
