/** Runs a function once with placeholders and returns the graph it describes. */
import * as tf from '@tensorflow/tfjs-core'
import { TraceError } from '../../errors.js'
import { type DType, NdArray, type NdData } from '../nd-array.js'
import type { Parameter } from '../parameter.js'
import type { RandomFill } from '../random.js'
import type { ScanCall } from '../scan.js'
import { flattenTree, type Leaf, mapTree } from '../tree.js'
import { type ActiveTrace, withActiveTrace } from './active.js'
import { graphValue, onTraceBackend, withCapture } from './backend.js'
import { Builder } from './builder.js'
import { withBuilder } from './current-builder.js'
import type { Value } from './ir.js'
import { registerScanKernel, traceScan } from './scan-node.js'
import { tensorOf } from './traced-data.js'
import { asUnsupportedOperation } from './unsupported.js'
import { userLine } from './user-line.js'

/** Where a graph input gets its numbers from at every run. */
export type InputSource =
  | { from: 'argument'; path: string }
  | { from: 'parameter'; parameter: Parameter }
  | { from: 'random'; fill: RandomFill }
  | { from: 'captured'; tensor: tf.Tensor }

/** Where a graph output goes after every run. */
export type OutputSink =
  | { to: 'result'; index: number; path: string }
  | { to: 'array'; target: Float32Array }
  | { to: 'variable'; variable: tf.Variable }

export interface GraphInput {
  value: Value
  source: InputSource
}

export interface GraphOutput {
  value: Value
  sink: OutputSink
}

export interface TracedFunction<Result> {
  builder: Builder
  inputs: GraphInput[]
  outputs: GraphOutput[]
  /** Host work to be done after every run, in order. */
  effects: (() => void)[]
  /** Those that were read, frozen ones too. */
  parameters: Parameter[]
  /** What the function returned; its tensors stand for the results, in order. */
  result: Result
}

class Trace implements ActiveTrace {
  readonly inputs: GraphInput[] = []
  readonly outputs: GraphOutput[] = []
  readonly effects: (() => void)[] = []
  private readonly parameters = new Map<Parameter, tf.Tensor>()
  private readonly captured = new Map<object, Value>()

  constructor(
    private readonly builder: Builder,
    private readonly options: TraceOptions,
  ) {}

  argument(leaf: Leaf, path: string): tf.Tensor {
    const shape = this.options.shapes?.get(path) ?? leaf.shape
    return tensorOf(this.input(path, shape, leaf.dtype as DType, { from: 'argument', path }))
  }

  parameter(parameter: Parameter): tf.Tensor {
    const known = this.parameters.get(parameter)
    if (known) return known
    this.requireOutsideScan('a parameter', 'Read it before the scan and pass it in consts.')
    const tensor = tf.keep(tensorOf(this.parameterValue(parameter)))
    this.parameters.set(parameter, tensor)
    return tensor
  }

  random(shape: readonly number[], fill: RandomFill): tf.Tensor {
    this.requireAttached('a random number', 'Switch dropout off, or pass random numbers in as arguments.')
    this.requireOutsideScan('a random number', 'Draw [T, …] numbers before the scan and pass them in xs.')
    return tensorOf(this.input(`random_${this.inputs.length}`, shape, 'float32', { from: 'random', fill }))
  }

  writeTo(tensor: tf.Tensor, target: Float32Array): void {
    this.requireAttached('a step of an optimiser', 'Export the forward pass only.')
    this.outputs.push({ value: graphValue(tensor), sink: { to: 'array', target } })
  }

  afterRun(effect: () => void): void {
    this.requireAttached('work to be done after every run', 'Export the forward pass only.')
    this.effects.push(effect)
  }

  scan(call: ScanCall): tf.Tensor[] {
    return traceScan(call)
  }

  /** A tensor of another backend becomes an input whose values are read at every run, never a silent constant. */
  capture(info: tf.TensorInfo): Value {
    const known = this.captured.get(info.dataId)
    if (known) return known
    if (!(info instanceof tf.Tensor))
      throw new TraceError({
        argument: userLine(),
        expected: 'a tensor',
        received: 'data of another backend',
      })
    if (this.options.standalone)
      return this.builder.constant(info.dataSync() as NdData, info.shape, info.dtype as DType)
    const source: InputSource = { from: 'captured', tensor: info }
    const value = this.input(`captured_${this.captured.size}`, info.shape, info.dtype as DType, source)
    this.captured.set(info.dataId, value)
    return value
  }

  get readParameters(): Parameter[] {
    return [...this.parameters.keys()]
  }

  releaseTensors(): void {
    for (const tensor of this.parameters.values()) tensor.dispose()
  }

  private parameterValue(parameter: Parameter): Value {
    const { shape, data } = parameter
    if (this.options.freeze || this.options.standalone) return this.builder.constant(data, shape, 'float32')
    return this.input(`parameter_${this.parameters.size}`, shape, 'float32', { from: 'parameter', parameter })
  }

  private input(name: string, shape: readonly number[], dtype: DType, source: InputSource): Value {
    const value = this.builder.placeholder(shape, dtype)
    value.name = name || 'input' // a bare tensor has an empty path, and ONNX no empty names
    this.inputs.push({ value, source })
    return value
  }

  /** An exported graph runs without this process. */
  requireAttached(what: string, hint: string): void {
    if (!this.options.standalone) return
    throw new TraceError({
      argument: userLine(),
      expected: 'a function of its arguments alone',
      received: what,
      hint,
    })
  }

  private requireOutsideScan(what: string, hint: string): void {
    if (this.builder.current === this.builder.top) return
    throw new TraceError({
      argument: userLine(),
      expected: 'a scan step that uses only its carry, input and consts',
      received: `${what} taken inside the step`,
      hint,
    })
  }
}

export interface TraceOptions {
  /** Parameters become constants with their present values. Default false. */
  freeze?: boolean
  /**
   * For export: operators of ONNX's standard domain only; parameters and tensors of other backends are constants;
   * a function that needs anything else from this process, or changes anything in it, is refused. Default false.
   */
  standalone?: boolean
  /** How many threads the graph will run with; the form of some products depends on it. Default: not known. */
  threads?: number | undefined
  /** Shapes to trace with instead of the arguments' own, by path. */
  shapes?: ReadonlyMap<string, readonly number[]>
}

/**
 * @param args what the function will be called with: a tree of arrays and tensors (their values are not looked at)
 *   and of plain values, which become part of the graph.
 * @throws TraceError when the function reads tensor values.
 * @throws UnsupportedOperationError when it uses an operation without a kernel rule.
 */
export function traceFunction<Args, Result>(
  fn: (args: Args) => Result,
  args: Args,
  options: TraceOptions = {},
): TracedFunction<Result> {
  const builder = new Builder({ standardOnly: options.standalone, threads: options.threads })
  const trace = new Trace(builder, options)
  registerScanKernel()
  const variables = new VariableWatch()
  let result: Result | undefined
  const run = () =>
    tf.tidy(() => {
      const returned = fn(mapTree(args, (leaf, path) => trace.argument(leaf, path)))
      result = collectResults(returned, trace)
      const assigned = variables.assigned()
      if (assigned.length > 0) trace.requireAttached('an assigned variable', 'Return its new value instead.')
      trace.outputs.push(...assigned)
    })
  try {
    onTraceBackend(() =>
      withBuilder(builder, () =>
        withActiveTrace(trace, () => withCapture((info) => trace.capture(info), run)),
      ),
    )
  } catch (error) {
    throw asUnsupportedOperation(error)
  } finally {
    trace.releaseTensors()
    variables.restore()
  }
  const { inputs, outputs, effects } = trace
  return { builder, inputs, outputs, effects, parameters: trace.readParameters, result: result as Result }
}

function collectResults<Result>(returned: Result, trace: Trace): Result {
  if (returned instanceof Promise)
    throw new TraceError({
      expected: 'a function that returns tensors',
      received: 'an asynchronous one',
      hint: 'Do what has to be waited for before or after, outside the compiled function.',
    })
  const leaves = flattenTree<tf.Tensor | NdArray>(returned)
  let index = 0
  for (const { leaf, path } of leaves) {
    if (!(leaf instanceof tf.Tensor))
      throw new TraceError({
        argument: path,
        expected: 'a tensor',
        received: 'an array',
        hint: 'Return tensors.',
      })
    trace.outputs.push({ value: graphValue(leaf), sink: { to: 'result', index: index++, path } })
  }
  const placeholder = NdArray.scalar(0)
  return mapTree(returned, () => placeholder)
}

/** tf.Variables that are assigned while tracing become outputs, and get their real content back afterwards. */
class VariableWatch {
  private readonly before: { variable: tf.Variable; dataId: object; held: tf.Tensor }[]

  constructor() {
    const variables = Object.values(tf.engine().state.registeredVariables)
    this.before = variables.map((variable) => ({
      variable,
      dataId: variable.dataId,
      held: tf.keep(tf.clone(variable)),
    }))
  }

  assigned(): GraphOutput[] {
    const changed = this.before.filter(({ variable, dataId }) => variable.dataId !== dataId)
    return changed.map(({ variable }) => ({
      value: graphValue(variable),
      sink: { to: 'variable', variable },
    }))
  }

  restore(): void {
    for (const { variable, dataId, held } of this.before) {
      if (variable.dataId !== dataId) variable.assign(held)
      held.dispose()
    }
  }
}
