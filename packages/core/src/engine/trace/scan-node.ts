/**
 * scan in a trace: the kernel `AttentiveScan`, which emits a forward ONNX Scan, and its gradient, which emits a
 * reverse one. The forward loop also returns, stacked along time, what the reverse loop will need (residuals).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ScanCall } from '../scan.js'
import { uniform } from './algebra.js'
import { graphValue, traceBackendName } from './backend.js'
import { type Node, reachable, usedBy, type Value } from './ir.js'
import { rebuildableNodes, rebuildStacks } from './rebuilt-stacks.js'
import { forwardNodes, type ScanInputs, type TracedBody, traceBody } from './scan-body.js'
import { reverseScan } from './scan-gradient.js'
import { emitScan, type ScanPlan } from './scan-loop.js'
import { infoOf, tensorOf } from './traced-data.js'

const scanKernelName = 'AttentiveScan'

interface ScanAttributes {
  call: ScanCall
  plan: ScanPlan | null
}

/** Values of the body that its gradient reads and the forward nodes make (inputs of the loop come again as such). */
function residualsOf(body: TracedBody, forward: ReadonlySet<Node>): Value[] {
  const gradients = body.gradients.filter((gradient) => gradient !== null)
  const backward = reachable(body.graph.nodes, gradients).filter((node) => !forward.has(node))
  const made = (value: Value) =>
    value.graph === body.graph && (value.producer ? forward.has(value.producer) : body.carry.includes(value))
  return [...new Set([...backward.flatMap(usedBy), ...gradients])].filter(made)
}

function scanKernel(values: Value[], attributes: ScanAttributes): Value[] {
  const { call } = attributes
  const [carryCount, xCount] = [call.carry.length, call.xs.length]
  const inputs: ScanInputs = {
    carry: values.slice(0, carryCount),
    xs: values.slice(carryCount, carryCount + xCount),
    consts: values.slice(carryCount + xCount),
  }
  const withGradient = tf.engine().state.gradientDepth > 0
  const body = traceBody(call, inputs, withGradient)
  const nodes = forwardNodes(body)
  // Views are made again by the reverse loop: stacking one would copy what is stacked already.
  const forward = new Set(nodes.filter(({ op }) => op !== 'Reshape'))
  const residuals = withGradient ? residualsOf(body, forward) : []
  const wanted = [...new Set([...body.outputs, ...residuals])]
  const rebuilt = rebuildableNodes(body, wanted, new Set([...body.nextCarry, ...residuals]))
  const written = wanted.filter(({ producer }) => !producer || !rebuilt.has(producer))
  const length = inputs.xs[0]?.shape[0] as number
  const results = emitScan({
    states: inputs.carry,
    scanned: inputs.xs,
    body: {
      graph: body.graph,
      nodes,
      inputs: [...body.carry, ...body.x],
      outputs: [...body.nextCarry, ...written],
    },
    length,
    reverse: call.reverse,
  })
  const stacks = rebuildStacks(
    nodes.filter((node) => rebuilt.has(node)),
    new Map(written.map((value, k) => [value, results[carryCount + k] as Value])),
    { body, inputs, length },
  )
  const stackOf = (value: Value) => stacks.get(value) as Value
  const kept = new Map(residuals.map((residual) => [residual, stackOf(residual)]))
  attributes.plan = { inputs, body, length, reverse: call.reverse, residuals: kept, forward }
  return [...results.slice(0, carryCount), ...body.outputs.map(stackOf)]
}

/** The traced form of `scan`: one kernel, so that TensorFlow.js's tape sees one operation. */
export function traceScan(call: ScanCall): tf.Tensor[] {
  const inputs = [...call.carry, ...call.xs, ...call.consts] as unknown as tf.NamedTensorMap
  const attributes: ScanAttributes = { call, plan: null }
  return [
    tf.engine().runKernel(scanKernelName, inputs, attributes as unknown as tf.NamedAttrMap),
  ].flat() as tf.Tensor[]
}

let registered = false

export function registerScanKernel(): void {
  if (registered) return
  registered = true
  tf.registerKernel({
    kernelName: scanKernelName,
    backendName: traceBackendName,
    kernelFunc: ({ inputs, attrs }) => {
      const values = Object.values(inputs).map((info) => graphValue(info as tf.TensorInfo))
      return scanKernel(values, attrs as unknown as ScanAttributes).map(infoOf) as unknown as tf.TensorInfo[]
    },
  })
  tf.registerGradient({
    kernelName: scanKernelName,
    gradFunc: (dy, _saved, attrs) => {
      const plan = (attrs as unknown as ScanAttributes).plan as ScanPlan
      const gradients = reverseScan(plan, [dy].flat().map(graphValue))
      const inputs = [...plan.inputs.carry, ...plan.inputs.xs, ...plan.inputs.consts]
      return Object.fromEntries(
        inputs.map((input, i) => [i, () => tensorOf(gradients[i] ?? uniform(0, input.shape))]),
      )
    },
  })
}
