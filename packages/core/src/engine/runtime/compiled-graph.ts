/** A traced function ready to run: knows where each input comes from and where each output goes. */
import * as tf from '@tensorflow/tfjs-core'
import { ShapeError, TraceError } from '../../errors.js'
import { type Axes, type LoweredFunction, type LowerOptions, lower } from '../lower.js'
import { type DType, NdArray, type NdData, sizeOf } from '../nd-array.js'
import { evaluateShape } from '../symbolic/symbols.js'
import type { Value } from '../trace/ir.js'
import type { GraphInput, GraphOutput } from '../trace/trace.js'
import { flattenTree, type Leaf, rebuildTree } from '../tree.js'
import { createParallelSession } from './data-parallel/parallel-session.js'
import type { DataParallelOptions } from './data-parallel/plan.js'
import { type GivenArrays, requireResultPaths, requireResultShape } from './given-arrays.js'
import { type OnnxTensor, onnxTensor } from './onnx-runtime.js'
import { withOrigins } from './origins.js'
import {
  type Feeds,
  type Fetches,
  type GraphSession,
  type OpenSizes,
  Session,
  type SessionOptions,
} from './session.js'

export interface CompileTimes {
  /** Milliseconds spent tracing the function and writing the model. */
  trace: number
  /** Milliseconds spent building the session. */
  build: number
}

export interface BuildOptions extends LowerOptions, SessionOptions {
  /** See `CompileOptions`. */
  dataParallel?: DataParallelOptions
}

function sessionOf(
  lowered: LoweredFunction<unknown>,
  { dataParallel, threads }: BuildOptions,
  sizes: OpenSizes,
): Promise<GraphSession> {
  const isDivided = dataParallel !== undefined && threads !== 1
  return isDivided
    ? createParallelSession(lowered, { dataParallel, threads }, sizes)
    : Session.create(lowered.model, { threads })
}

export class CompiledGraph<Result> {
  private readonly bound = new Map<Value, { data: NdData; tensor: OnnxTensor }>()
  private readonly randomMemory = new Map<Value, Float32Array>()

  private constructor(
    private readonly session: GraphSession,
    private readonly lowered: LoweredFunction<Result>,
    private readonly axes: Axes,
    readonly times: CompileTimes,
  ) {}

  static async build<Args, Result>(
    fn: (args: Args) => Result,
    args: Args,
    options: BuildOptions,
  ): Promise<CompiledGraph<Result>> {
    const { axes = {}, dataParallel } = options
    const started = performance.now()
    // Each replica has one thread.
    const lowered = lower(fn, args, dataParallel ? { ...options, threads: 1 } : options)
    const loweredAt = performance.now()
    const sizes = openSizes(axes, leavesByPath(args))
    try {
      const session = await withOrigins(lowered.nodes, () => sessionOf(lowered, options, sizes))
      const times = { trace: loweredAt - started, build: performance.now() - loweredAt }
      return new CompiledGraph(session, lowered, axes, times)
    } finally {
      lowered.traced.builder.forgetPlaces()
    }
  }

  /** Runs once: fills random inputs, reads parameters, runs the graph, writes the arrays, does the host effects. */
  async run(args: unknown, out: GivenArrays): Promise<Result> {
    const given = leavesByPath(args)
    requireResultPaths(out, () => this.resultPaths())
    const sizes = openSizes(this.axes, given)
    const random = this.drawRandomInputs(sizes)
    const feeds: Feeds = {}
    for (const input of this.lowered.inputs) feeds[input.value.label] = this.feed(input, given, random)
    const fetches: Fetches = {}
    this.lowered.traced.outputs.forEach((output, i) => {
      const value = this.lowered.outputs[i] as Value
      fetches[value.label] = this.fetch(output, value, out, sizes)
    })
    const results = await withOrigins(this.lowered.nodes, () => this.session.run(feeds, fetches, sizes))
    this.assignVariables(results)
    for (const effect of this.lowered.traced.effects) effect()
    return this.collect(results, out)
  }

  async dispose(): Promise<void> {
    await this.session.release()
  }

  /** Random inputs are drawn in the order of their calls, also those that no node reads, as an eager run would. */
  private drawRandomInputs(sizes: OpenSizes): Map<Value, OnnxTensor> {
    const drawn = new Map<Value, OnnxTensor>()
    for (const { value, source } of this.lowered.traced.inputs) {
      if (source.from !== 'random') continue
      const shape = this.shapeOf(value, sizes)
      const data = this.scratch(value, sizeOf(shape))
      source.fill(data)
      drawn.set(value, onnxTensor('float32', data, shape))
    }
    return drawn
  }

  private resultPaths(): string[] {
    return this.lowered.traced.outputs.flatMap(({ sink }) => (sink.to === 'result' ? [sink.path] : []))
  }

  private shapeOf(value: Value, sizes: OpenSizes): number[] {
    return evaluateShape(this.lowered.sizesOf(value), sizes)
  }

  /** Memory for `length` random numbers, kept and grown from run to run. */
  private scratch(value: Value, length: number): Float32Array {
    let memory = this.randomMemory.get(value)
    if (!memory || memory.length < length) {
      memory = new Float32Array(length)
      this.randomMemory.set(value, memory)
    }
    return memory.subarray(0, length)
  }

  private feed(
    { value, source }: GraphInput,
    given: ReadonlyMap<string, Leaf>,
    random: ReadonlyMap<Value, OnnxTensor>,
  ): OnnxTensor {
    if (source.from === 'parameter') return this.bind(value, source.parameter.data)
    if (source.from === 'random') return random.get(value) as OnnxTensor
    if (source.from === 'captured') return this.feedCaptured(value, source.tensor)
    const leaf = given.get(source.path) as Leaf
    this.requireShape(source.path, leaf.shape, value.shape)
    const data = leaf instanceof NdArray ? leaf.data : (leaf.dataSync() as NdData)
    return onnxTensor(value.dtype as DType, data, leaf.shape)
  }

  private requireShape(path: string, shape: readonly number[], expected: readonly number[]): void {
    const names = this.axes[path]
    const fits =
      shape.length === expected.length && shape.every((size, i) => names?.[i] || size === expected[i])
    if (fits) return
    const wanted = expected.map((size, i) => names?.[i] ?? size)
    throw new ShapeError({ argument: path, expected: `shape [${wanted}]`, received: `[${shape}]` })
  }

  private feedCaptured(value: Value, tensor: tf.Tensor): OnnxTensor {
    if (tensor.isDisposed)
      throw new TraceError({
        argument: value.label,
        expected: 'a tensor that lives as long as the compiled function',
        received: 'a disposed one',
        hint: 'Pass it as an argument, or keep it.',
      })
    return onnxTensor(value.dtype as DType, tensor.dataSync() as NdData, value.shape)
  }

  /** The runtime's tensor over an array, made anew only when the array is another one. */
  private bind(value: Value, data: NdData): OnnxTensor {
    const known = this.bound.get(value)
    if (known && known.data === data) return known.tensor
    const tensor = onnxTensor(value.dtype as DType, data, value.shape)
    this.bound.set(value, { data, tensor })
    return tensor
  }

  /** What a result is written to; null: to memory of the runtime's own. */
  private fetch({ sink }: GraphOutput, value: Value, out: GivenArrays, sizes: OpenSizes): OnnxTensor | null {
    if (sink.to === 'array') return this.bind(value, sink.target)
    const target = sink.to === 'result' && out.get(sink.path)
    if (!target) return null
    requireResultShape(target, this.shapeOf(value, sizes), value.dtype, sink.path)
    return onnxTensor(target.dtype, target.data, target.shape)
  }

  private assignVariables(results: Record<string, OnnxTensor>): void {
    this.lowered.traced.outputs.forEach(({ sink }, i) => {
      if (sink.to !== 'variable') return
      const value = this.lowered.outputs[i] as Value
      const tensor = tf.tensor(
        results[value.label]?.data as Float32Array,
        [...value.shape],
        value.dtype as DType,
      )
      sink.variable.assign(tensor)
      tensor.dispose()
    })
  }

  private collect(results: Record<string, OnnxTensor>, out: GivenArrays): Result {
    const arrays: NdArray[] = []
    this.lowered.traced.outputs.forEach(({ sink }, i) => {
      const value = this.lowered.outputs[i] as Value
      if (sink.to === 'result')
        arrays[sink.index] =
          out.get(sink.path) ?? arrayOf(results[value.label] as OnnxTensor, value.dtype as DType)
    })
    return rebuildTree(this.lowered.traced.result, arrays)
  }
}

function leavesByPath(tree: unknown): Map<string, Leaf> {
  return new Map(flattenTree<Leaf>(tree).map(({ path, leaf }) => [path, leaf]))
}

/** @throws ShapeError when two arguments disagree. */
function openSizes(axes: Axes, given: ReadonlyMap<string, Leaf>): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const [path, names] of Object.entries(axes))
    names.forEach((name, axis) => {
      const size = given.get(path)?.shape[axis] as number
      if (name === null) return
      const known = sizes.get(name) ?? size
      if (known !== size)
        throw new ShapeError({
          argument: path,
          expected: `${name} = ${known} along axis ${axis}, as in the arguments before it`,
          received: `${size}`,
        })
      sizes.set(name, size)
    })
  return sizes
}

function arrayOf({ data, dims }: OnnxTensor, dtype: DType): NdArray {
  return new NdArray(data, [...dims], dtype)
}
