/**
 * Traces a scan's step once, with its gradient when one is wanted: one graph that holds both, to be divided into the
 * forward and the reverse loop afterwards.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ScanCall } from '../scan.js'
import { graphValue } from './backend.js'
import { currentBuilder } from './current-builder.js'
import { Graph, reachable, type Value } from './ir.js'
import { tensorOf } from './traced-data.js'

export interface TracedBody {
  graph: Graph
  /** Placeholders for the carry and for one slice of each x. */
  carry: Value[]
  x: Value[]
  nextCarry: Value[]
  outputs: Value[]
  /** Placeholders for the gradients that arrive at [next carry, outputs]; null where no gradient can flow. */
  cotangents: (Value | null)[]
  /** Gradients that leave towards [carry, x, consts]; null where there is none. */
  gradients: (Value | null)[]
}

/** The scan's inputs as graph values. */
export interface ScanInputs {
  carry: Value[]
  xs: Value[]
  consts: Value[]
}

export function traceBody(call: ScanCall, inputs: ScanInputs, withGradient: boolean): TracedBody {
  const builder = currentBuilder()
  const graph = new Graph(builder.current)
  const placeholders = (values: Value[], drop: number) =>
    values.map((value) => builder.placeholder(value.shape.slice(drop), value.dtype, graph))
  const body: TracedBody = {
    graph,
    carry: placeholders(inputs.carry, 0),
    x: placeholders(inputs.xs, 1),
    nextCarry: [],
    outputs: [],
    cotangents: [],
    gradients: [],
  }
  const trace = () => (withGradient ? traceBoth(call, inputs, body) : traceForward(call, inputs, body))
  const { oldestTensor } = builder
  builder.oldestTensor = newestTensorId()
  try {
    builder.within(graph, () => onFreshTape(trace))
  } finally {
    builder.oldestTensor = oldestTensor
  }
  return body
}

/** The forward nodes of a traced body. */
export function forwardNodes(body: TracedBody) {
  return reachable(body.graph.nodes, [...body.nextCarry, ...body.outputs])
}

interface BodyTensors {
  carry: tf.Tensor[]
  x: tf.Tensor[]
  consts: tf.Tensor[]
}

function tensorsOf(inputs: ScanInputs, body: TracedBody): BodyTensors {
  return { carry: body.carry.map(tensorOf), x: body.x.map(tensorOf), consts: inputs.consts.map(tensorOf) }
}

function callStep(call: ScanCall, { carry, x, consts }: BodyTensors, body: TracedBody): tf.Tensor[] {
  const result = call.step(carry, x, consts)
  body.nextCarry = result.carry.map(graphValue)
  body.outputs = result.outputs.map(graphValue)
  return [...result.carry, ...result.outputs]
}

function traceForward(call: ScanCall, inputs: ScanInputs, body: TracedBody): void {
  tf.tidy(() => {
    callStep(call, tensorsOf(inputs, body), body)
  })
}

/** Differentiates Σ ⟨output, cotangent⟩: the chain rule for all outputs at once. */
function traceBoth(call: ScanCall, inputs: ScanInputs, body: TracedBody): void {
  tf.tidy(() => {
    const tensors = tensorsOf(inputs, body)
    const all = [...tensors.carry, ...tensors.x, ...tensors.consts]
    const differentiable = all.filter(({ dtype }) => dtype === 'float32')
    const weighted = () => {
      const outputs = callStep(call, tensors, body)
      body.cotangents = outputs.map((output) => cotangentOf(output, body.graph))
      const terms = outputs.flatMap((output, i) => {
        const cotangent = body.cotangents[i]
        return cotangent ? [tf.sum(tf.mul(output, tensorOf(cotangent)))] : []
      })
      return terms.length > 0 ? (tf.addN(terms) as tf.Scalar) : tf.scalar(0)
    }
    if (differentiable.length === 0) {
      callStep(call, tensors, body)
      body.cotangents = [...body.nextCarry, ...body.outputs].map(() => null)
      body.gradients = all.map(() => null)
      return
    }
    const { grads } = tf.engine().gradients(weighted, differentiable, undefined, true)
    const byTensor = new Map(differentiable.map((tensor, i) => [tensor, grads[i] as tf.Tensor | undefined]))
    body.gradients = all.map((tensor) => {
      const gradient = byTensor.get(tensor)
      return gradient ? graphValue(gradient) : null
    })
  })
}

function cotangentOf(output: tf.Tensor, graph: Graph): Value | null {
  return output.dtype === 'float32' ? currentBuilder().placeholder(output.shape, 'float32', graph) : null
}

function newestTensorId(): number {
  return tf.tidy(() => tf.scalar(0).id)
}

/** TensorFlow.js keeps one tape; a body is differentiated by itself, in the middle of a kernel of the outer one. */
function onFreshTape<T>(body: () => T): T {
  const { state } = tf.engine()
  const { kernelDepth, gradientDepth, activeTape } = state
  state.kernelDepth = 0
  state.gradientDepth = 0
  state.activeTape = null as never
  try {
    return body()
  } finally {
    state.kernelDepth = kernelDepth
    state.gradientDepth = gradientDepth
    state.activeTape = activeTape
  }
}
