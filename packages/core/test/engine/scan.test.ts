/** scan, compiled against its eager loop: values and gradients. */
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/compile.js'
import { scan } from '../../src/engine/scan.js'
import { InvalidArgumentError, ShapeError } from '../../src/errors.js'
import { array, expectCompiledAsEager, integers } from './helpers.js'
import { type ScanArguments, scanArguments, scanPrograms, sumOf, withGradients } from './scan-programs.js'

const { h, xs, w } = scanArguments

describe('scan, compiled and eager', () => {
  for (const [name, program] of Object.entries(scanPrograms)) {
    it(`${name}: values`, async () => {
      await expectCompiledAsEager(program, { h, xs, w })
    })
    it(`${name}: gradients`, async () => {
      await expectCompiledAsEager(withGradients(program), { h, xs, w })
    })
  }

  it('feeds the best token back: a carry of whole numbers', async () => {
    const start = integers([0, 1])
    const f = (args: { start: tf.Tensor; xs: tf.Tensor; w: tf.Tensor }) =>
      scan(
        (token: tf.Tensor, x: tf.Tensor, kernel: tf.Tensor) => {
          const logits = tf.add(tf.gather(kernel, token), x)
          const next = tf.argMax(logits, 1)
          return { carry: next as tf.Tensor, output: { next: next as tf.Tensor, logits } }
        },
        args.start,
        args.xs,
        args.w,
      )
    await expectCompiledAsEager(f, { start, xs, w })
    const gradient = (args: { start: tf.Tensor; xs: tf.Tensor; w: tf.Tensor }) => {
      const { grads } = tf.valueAndGrads((input: tf.Tensor, kernel: tf.Tensor) =>
        sumOf(f({ start: args.start, xs: input, w: kernel }).outputs.logits),
      )([args.xs, args.w])
      return { xs: grads[0], w: grads[1] }
    }
    await expectCompiledAsEager(gradient, { start, xs, w })
  })
})

describe('scan refuses', () => {
  const keep = (state: tf.Tensor, x: tf.Tensor) => ({ carry: state, output: x })

  it.each(['eager', 'onnxruntime'] as const)('a step that changes its carry (%s)', async (engine) => {
    const fn = compile(
      (args: ScanArguments) =>
        scan(
          (state: tf.Tensor, x: tf.Tensor) => ({ carry: tf.concat([state, x], 1), output: x }),
          args.h,
          args.xs,
          {},
        ),
      { engine },
    )
    await expect(fn({ h, xs, w })).rejects.toThrow(ShapeError)
    await expect(fn({ h, xs, w })).rejects.toThrow(/expected float32\[2,3\], received float32\[2,6\]/)
  })

  it('inputs of different lengths, of no length, or none at all', () => {
    const state = tf.zeros([1]) as tf.Tensor
    expect(() => scan(keep, state, [tf.zeros([2]), tf.zeros([3])] as never, {})).toThrow(ShapeError)
    expect(() => scan(keep, state, tf.zeros([0, 2]) as tf.Tensor, {})).toThrow(ShapeError)
    expect(() => scan(keep, state, tf.scalar(1) as tf.Tensor, {})).toThrow(ShapeError)
    expect(() => scan(keep, state, {} as never, {})).toThrow(InvalidArgumentError)
  })
})

it('walks in the order of time, or against it', async () => {
  const running = (reverse: boolean) =>
    compile(
      (args: { xs: tf.Tensor }) =>
        scan(
          (sum: tf.Tensor, x: tf.Tensor) => {
            const next = tf.add(tf.mul(sum, 10), x)
            return { carry: next, output: next }
          },
          tf.scalar(0) as tf.Tensor,
          args.xs,
          {},
          { reverse },
        ),
      { engine: 'onnxruntime' },
    )({ xs: array([1, 2, 3]) })
  const [forward, backward] = [await running(false), await running(true)]
  expect([forward.carry.item(), ...forward.outputs.data]).toEqual([123, 1, 12, 123])
  expect([backward.carry.item(), ...backward.outputs.data]).toEqual([321, 321, 32, 3])
})
