/**
 * Every primitive, each case of it: PyTorch's values and gradients in every engine (so that compiled and eager agree),
 * gradients by finite differences, and no tensor left behind.
 */
import '../eager-backend.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { checkGradients, checkModuleGradients, expectClose, expectNoLeak } from '../../src/testing/index.js'
import {
  type Computed,
  compute,
  engines,
  expectGolden,
  loadWeights,
  type Tensors,
} from '../layers/golden-case.js'
import { primitives } from './index.js'
import { casesOf, type Primitive } from './primitive.js'

const onesLike = (tensors: Tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.onesLike(tensor)]))

/** A case, computed anew: with generators at their beginning, and the case's weights. */
function prepared(primitive: Primitive, item: ReturnType<typeof casesOf>[number]) {
  const { module, run } = primitive.prepare(item)
  if (module) loadWeights(module, item.weights)
  return { module, run }
}

const floatsOf = (tensors: Tensors) => Object.values(tensors).filter(({ dtype }) => dtype === 'float32')

/** Σ of all float outputs. */
const total = (outputs: Tensors) => tf.addN(floatsOf(outputs).map((output) => tf.sum(output))) as tf.Scalar

describe.each(Object.entries(primitives))('%s', (_, primitive) => {
  const cases = casesOf(primitive).map((item) => [item.title, item] as const)

  describe.each(primitive.golden.length > 0 ? engines : [])('%s', (engine) => {
    test.each(cases.slice(0, primitive.golden.length))(
      "is PyTorch's: values and gradients %s",
      async (_, item) => {
        const { module, run } = primitive.prepare(item)
        await expectGolden(item as Primitive['golden'][number], module, run, engine)
      },
    )
  })

  test.each(cases)('gradients by finite differences %s', (_, item) => {
    const { module, run } = prepared(primitive, item)
    // Without a module there may be a generator: prepared anew, its numbers are the same at all points.
    const fixed = module ? run : (inputs: Tensors) => primitive.prepare(item).run(inputs)
    if (floatsOf(item.inputs).length > 0) checkGradients(fixed, item.inputs, { entries: 3 })
    if (module?.parameterCount()) checkModuleGradients(module, () => fixed(item.inputs), { entries: 2 })
  })

  test.each(cases)('leaves no tensors behind, gradients included %s', async (_, item) => {
    const { module, run } = prepared(primitive, item)
    const sources = () => [...floatsOf(item.inputs), ...(module?.parameters() ?? []).map((p) => p.read())]
    await expectNoLeak(() => tf.tidy(() => void run(item.inputs)))
    await expectNoLeak(() =>
      tf.tidy(() => {
        const wanted = sources()
        tf.engine().gradients(() => total(run(item.inputs)), wanted, undefined, true)
      }),
    )
  })
})

const examples = Object.entries(primitives).flatMap(([name, { example, prepare }]) =>
  example ? [[name, example.inputs, prepare] as const] : [],
)
test.each(examples)(
  '%s, which PyTorch has no values of: compiled is eager, run by run',
  async (_, inputs, prepare) => {
    const cotangents = onesLike(prepare({ options: {}, inputs, weights: {} }).run(inputs))
    const results = engines.map((engine) => {
      const { module, run } = prepare({ options: {}, inputs, weights: {} })
      return compute({ inputs, cotangents }, module, run, engine)
    })
    const [eager = [], compiled = eager] = await Promise.all(results)
    compiled.forEach(({ outputs, gradients }, run) => {
      const expected = eager[run] as Computed
      expect(Object.keys(outputs)).toEqual(Object.keys(expected.outputs))
      for (const [name, output] of Object.entries(expected.outputs))
        expectClose(outputs[name] as never, output, { name })
      for (const [name, gradient] of expected.gradients) expectClose(gradients.get(name) as never, gradient)
    })
  },
)
