/** Random step functions: gradients by carry, inputs and constants, compiled against eager. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Rng } from '../../src/engine/random.js'
import { scan } from '../../src/engine/scan.js'
import { expectCompiledAsEager, normal } from './helpers.js'

const [B, H] = [2, 3]

/** Everything is `[B, H]`; an instruction picks its operands among what has been computed so far. */
interface Instruction {
  op: keyof typeof operations
  a: number
  b: number
}

interface Consts {
  matrix: tf.Tensor
  vector: tf.Tensor
}

const operations = {
  tanh: (a: tf.Tensor) => tf.tanh(a),
  sigmoid: (a: tf.Tensor) => tf.sigmoid(a),
  add: (a: tf.Tensor, b: tf.Tensor) => tf.add(a, b),
  subtract: (a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b),
  multiply: (a: tf.Tensor, b: tf.Tensor) => tf.mul(tf.tanh(a), b),
  product: (a: tf.Tensor, _: tf.Tensor, { matrix }: Consts) =>
    tf.matMul(a as tf.Tensor2D, matrix as tf.Tensor2D),
  transposedProduct: (a: tf.Tensor, _: tf.Tensor, { matrix }: Consts) =>
    tf.matMul(a as tf.Tensor2D, matrix as tf.Tensor2D, false, true),
  columns: (a: tf.Tensor, _: tf.Tensor, { matrix }: Consts) =>
    tf.transpose(tf.matMul(matrix as tf.Tensor2D, tf.tanh(tf.transpose(a)) as tf.Tensor2D)),
  bias: (a: tf.Tensor, _: tf.Tensor, { vector }: Consts) => tf.add(a, vector),
  scale: (a: tf.Tensor, _: tf.Tensor, { vector }: Consts) => tf.mul(a, vector),
  softmax: (a: tf.Tensor) => tf.softmax(a),
  centre: (a: tf.Tensor) => tf.sub(a, tf.mean(a, 1, true)),
  exchange: (a: tf.Tensor, b: tf.Tensor) => {
    const [left, , right] = tf.split(tf.concat([a, b], 1), [2, 2, 2], 1) as [tf.Tensor, tf.Tensor, tf.Tensor]
    return tf.concat([right, tf.slice(left, [0, 0], [B, 1])], 1)
  },
  choose: (a: tf.Tensor, b: tf.Tensor) => tf.where(tf.greaterEqual(a, b), a, b),
  pairs: (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(tf.expandDims(a, 2), tf.expandDims(b, 1)), 2),
  constant: (a: tf.Tensor) => tf.mul(a, tf.tensor1d([0.5, -1, 2])),
} satisfies Record<string, (a: tf.Tensor, b: tf.Tensor, consts: Consts) => tf.Tensor>

interface Program {
  instructions: Instruction[]
  carries: 0 | 1 | 2
  inputs: 1 | 2
  length: number
  reverse: boolean
  outputs: number
  /** What the loss looks at: no gradient arrives at the rest. */
  seen: 'all' | 'carry' | 'outputs'
  threads: 1 | 2
}

const programs: fc.Arbitrary<Program> = fc.record({
  instructions: fc.array(
    fc.record({
      op: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
      a: fc.nat({ max: 20 }),
      b: fc.nat({ max: 20 }),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  carries: fc.constantFrom(0, 1, 2),
  inputs: fc.constantFrom(1, 2),
  length: fc.integer({ min: 1, max: 4 }),
  reverse: fc.boolean(),
  outputs: fc.integer({ min: 0, max: 2 }),
  seen: fc.constantFrom('all', 'carry', 'outputs'),
  threads: fc.constantFrom(1, 2),
})

function stepOf({ instructions, carries, outputs }: Program) {
  return (carry: tf.Tensor[], xs: tf.Tensor[], consts: Consts) => {
    const values = [...carry, ...xs]
    for (const { op, a, b } of instructions) {
      const pick = (i: number) => values[i % values.length] as tf.Tensor
      values.push(operations[op](pick(a), pick(b), consts))
    }
    const last = values.slice().reverse()
    // A tanh keeps long products from running away.
    return {
      carry: last.slice(0, carries).map((value) => tf.tanh(value)),
      output: last.slice(0, outputs),
    }
  }
}

function gradientsOf(program: Program) {
  return ({ carry, xs, consts }: { carry: tf.Tensor[]; xs: tf.Tensor[]; consts: Consts }) => {
    const wanted = [...carry, ...xs, consts.matrix, consts.vector]
    const seen: { carry?: tf.Tensor[]; outputs?: tf.Tensor[] } = {}
    const loss = () => {
      const result = scan(stepOf(program), carry, xs, consts as never, { reverse: program.reverse })
      Object.assign(seen, { carry: result.carry, outputs: result.outputs })
      const watched = [
        ...(program.seen === 'outputs' ? [] : result.carry),
        ...(program.seen === 'carry' ? [] : (result.outputs as tf.Tensor[])),
      ]
      const terms = watched.map((tensor, i) => tf.sum(tf.mul(tensor, tf.sin(tf.add(tensor, i)))))
      return (terms.length > 0 ? tf.addN(terms) : tf.scalar(0)) as tf.Scalar
    }
    const { value, grads } = tf.engine().gradients(loss, wanted, undefined, true)
    // Eagerly there is no gradient where nothing depends on a tensor; compiled, it is zero.
    const gradients = wanted.map(
      (tensor, i) => (grads as (tf.Tensor | undefined)[])[i] ?? tf.zerosLike(tensor),
    )
    return { value, gradients }
  }
}

describe('random scans', () => {
  it('have the same gradients compiled and eager, run after run', async () => {
    await fc.assert(
      fc.asyncProperty(programs, fc.nat({ max: 1000 }), async (program, seed) => {
        const rng = new Rng(seed)
        const many = (count: number, ...shape: number[]) =>
          Array.from({ length: count }, () => normal(rng, ...shape))
        const args = {
          carry: many(program.carries, B, H),
          xs: many(program.inputs, program.length, B, H),
          consts: { matrix: normal(rng, H, H), vector: normal(rng, H) },
        }
        await expectCompiledAsEager(gradientsOf(program), args, { threads: program.threads, tolerance: 1e-3 })
      }),
      { numRuns: 100, seed: 1, interruptAfterTimeLimit: 40_000 },
    )
  })
})
