/** Scans of every kind, for tests that run them. */
import * as tf from '@tensorflow/tfjs-core'
import { Rng } from '../../src/engine/random.js'
import { scan } from '../../src/engine/scan.js'
import { normal } from './helpers.js'

const rng = new Rng(11)
const [T, B, H] = [4, 2, 3]
export const scanArguments = { h: normal(rng, B, H), xs: normal(rng, T, B, H), w: normal(rng, H, H) }

export type ScanArguments = Record<'h' | 'xs' | 'w', tf.Tensor>

/** Gradients of a number by all arguments, beside whatever else is looked at. */
export function withGradients(f: (args: ScanArguments) => { loss: tf.Tensor; [name: string]: unknown }) {
  return (args: ScanArguments) => {
    let seen: Record<string, unknown> = {}
    const { grads } = tf.engine().gradients(
      () => {
        seen = f(args)
        return seen.loss as tf.Scalar
      },
      [args.h, args.xs, args.w],
      undefined,
      true,
    )
    const names = ['h', 'xs', 'w'] as const
    return Object.fromEntries(names.flatMap((name, i) => (grads[i] ? [[name, grads[i]]] : [])))
  }
}

export const sumOf = (...tensors: tf.Tensor[]) =>
  tf.addN(tensors.map((t) => tf.sum(tf.square(t)))) as tf.Scalar

const recur = (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) =>
  tf.tanh(tf.add(tf.matMul(state as tf.Tensor2D, kernel as tf.Tensor2D), x))

export const scanPrograms: Record<
  string,
  (args: ScanArguments) => { loss: tf.Tensor; [name: string]: unknown }
> = {
  'a recurrence': (args) => {
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => {
        const next = recur(state, x, kernel)
        return { carry: next, output: tf.square(next) }
      },
      args.h,
      args.xs,
      args.w,
    )
    return { loss: sumOf(carry, outputs), carry, outputs }
  },
  'a product with what is put together from several': (args) => {
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => {
        const entering = tf.concat([tf.transpose(x), tf.fill([H, B], 0.5), tf.transpose(state)], 0)
        const next = tf.transpose(tf.tanh(tf.matMul(kernel as tf.Tensor2D, entering as tf.Tensor2D)))
        return { carry: next as tf.Tensor, output: next as tf.Tensor }
      },
      args.h,
      args.xs,
      tf.tile(args.w, [1, 3]),
    )
    return { loss: sumOf(carry, outputs), carry, outputs }
  },
  'backwards in time': (args) => {
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => {
        const next = recur(state, x, kernel)
        return { carry: next, output: next }
      },
      args.h,
      args.xs,
      args.w,
      { reverse: true },
    )
    const weights = tf.reshape(tf.range(0, T), [T, 1, 1])
    return { loss: sumOf(carry, tf.mul(outputs, weights)), carry, outputs }
  },
  'no carry': (args) => {
    const { outputs } = scan(
      (_: Record<string, never>, x: tf.Tensor, kernel: tf.Tensor) => ({
        carry: {},
        output: tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D),
      }),
      {},
      args.xs,
      args.w,
    )
    return { loss: sumOf(outputs), outputs }
  },
  'no outputs': (args) => {
    const { carry } = scan(
      (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => ({ carry: recur(state, x, kernel), output: {} }),
      args.h,
      args.xs,
      args.w,
    )
    return { loss: sumOf(carry), carry }
  },
  'several carries, inputs and constants': (args) => {
    const { carry, outputs } = scan(
      (
        state: { h: tf.Tensor; sum: tf.Tensor },
        x: { a: tf.Tensor; b: tf.Tensor },
        consts: { kernel: tf.Tensor; bias: tf.Tensor },
      ) => {
        const next = tf.add(recur(state.h, tf.mul(x.a, x.b), consts.kernel), consts.bias)
        return { carry: { h: next, sum: tf.add(state.sum, tf.sum(next, 1)) }, output: [next, tf.mean(next)] }
      },
      { h: args.h, sum: tf.zeros([B]) as tf.Tensor },
      { a: args.xs, b: tf.sigmoid(args.xs) },
      { kernel: args.w, bias: tf.sum(args.w, 0) },
    )
    const [first, second] = outputs as [tf.Tensor, tf.Tensor]
    return { loss: sumOf(carry.h, carry.sum, first, second), carry, first, second }
  },
  'a carry that passes through': (args) => {
    const { carry, outputs } = scan(
      (state: { h: tf.Tensor; kept: tf.Tensor }, x: tf.Tensor, kernel: tf.Tensor) => ({
        carry: { h: recur(state.h, x, kernel), kept: state.kept },
        output: state.kept,
      }),
      { h: args.h, kept: tf.square(args.h) },
      args.xs,
      args.w,
    )
    return { loss: sumOf(carry.h, carry.kept, outputs), carry, outputs }
  },
  'the same tensor twice': (args) => {
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: { a: tf.Tensor; b: tf.Tensor }, k: { a: tf.Tensor; b: tf.Tensor }) => {
        const next = tf.add(recur(state, x.a, k.a), recur(state, x.b, k.b))
        return { carry: next, output: [next, next] }
      },
      args.h,
      { a: args.xs, b: args.xs },
      { a: args.w, b: args.w },
    )
    const [first, second] = outputs as [tf.Tensor, tf.Tensor]
    return { loss: sumOf(carry, first, second), carry, first, second }
  },
  'a scan over the outputs of a scan': (args) => {
    const step = (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => {
      const next = recur(state, x, kernel)
      return { carry: next, output: next }
    }
    const first = scan(step, args.h, args.xs, args.w)
    const second = scan(step, first.carry, first.outputs, tf.transpose(args.w), { reverse: true })
    return { loss: sumOf(second.carry, second.outputs), carry: second.carry, outputs: second.outputs }
  },
  'a scan inside a scan': (args) => {
    const inner = (state: tf.Tensor, row: tf.Tensor, kernel: tf.Tensor) => {
      const next = tf.tanh(
        tf.add(tf.matMul(tf.reshape(state, [1, H]), kernel as tf.Tensor2D), tf.reshape(row, [1, H])),
      )
      return { carry: tf.reshape(next, [H]), output: tf.sum(next) }
    }
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => {
        const walked = scan(inner, tf.mean(state, 0), x, kernel)
        const next = tf.add(tf.mul(state, 0.5), walked.carry)
        return { carry: next, output: walked.outputs }
      },
      args.h,
      args.xs,
      args.w,
    )
    return { loss: sumOf(carry, outputs), carry, outputs }
  },
  'one step only': (args) => {
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => {
        const next = recur(state, x, kernel)
        return { carry: next, output: next }
      },
      args.h,
      tf.slice(args.xs, [0, 0, 0], [1, B, H]),
      args.w,
    )
    return { loss: sumOf(carry, outputs), carry, outputs }
  },
  'a mask that lets the state sleep': (args) => {
    const mask = tf.cast(tf.tensor3d([1, 1, 1, 0, 0, 1, 0, 0], [T, B, 1]), 'bool')
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: { value: tf.Tensor; mask: tf.Tensor }, kernel: tf.Tensor) => {
        const next = tf.where(x.mask, recur(state, x.value, kernel), state)
        return { carry: next, output: next }
      },
      args.h,
      { value: args.xs, mask },
      args.w,
    )
    return { loss: sumOf(carry, outputs), carry, outputs }
  },
  'attention over what does not change': (args) => {
    const { carry, outputs } = scan(
      (state: tf.Tensor, x: tf.Tensor, memory: { keys: tf.Tensor; kernel: tf.Tensor }) => {
        const scores = tf.matMul(tf.expandDims(state, 1), memory.keys, false, true)
        const context = tf.squeeze(tf.matMul(tf.softmax(scores), memory.keys), [1])
        const next = recur(tf.add(context, state), x, memory.kernel)
        return { carry: next, output: tf.squeeze(scores, [1]) }
      },
      args.h,
      args.xs,
      { keys: tf.transpose(args.xs, [1, 0, 2]), kernel: args.w },
    )
    return { loss: sumOf(carry, outputs), carry, outputs }
  },
}
