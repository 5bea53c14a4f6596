/**
 * compile: the same function, traced once per input shape into an ONNX graph and run by ONNX Runtime; or, where that
 * cannot be, run eagerly in place with the same results.
 */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError, InvalidArgumentError, UnsupportedOperationError } from '../errors.js'
import { onBackend } from './backends/current-backend.js'
import { eagerBackend, engineOf } from './backends/eager-backend.js'
import {
  chooseEngine,
  type EngineName,
  type EngineRequest,
  eagerEngineOf,
  onnxRuntimeRemedy,
  requestedEngine,
} from './choose.js'
import { type KnownOptions, requireKnownOptions } from './known-options.js'
import type { Axes } from './lower.js'
import { NdArray } from './nd-array.js'
import { type Precision, precisions } from './passes/index.js'
import { mendGather } from './register-gradients.js'
import { CompiledGraph } from './runtime/compiled-graph.js'
import type { DataParallelOptions } from './runtime/data-parallel/plan.js'
import {
  type GivenArrays,
  givenArrays,
  requireResultPaths,
  requireResultShape,
} from './runtime/given-arrays.js'
import { findOnnxRuntime } from './runtime/onnx-runtime.js'
import { ShapeCache } from './shape-cache.js'
import { flattenTree, mapTree, staticKey } from './tree.js'
import { type ArgumentRange, commonRanges, notingRanges, requireAllInRange } from './value-range.js'
import { warn, warnOnce } from './warn.js'

/** What may be passed where the function takes tensors: tensors, or arrays in host memory. */
export type Feed<T> = T extends tf.Tensor
  ? tf.Tensor | NdArray
  : T extends object
    ? { [K in keyof T]: Feed<T[K]> }
    : T

/** What comes back where the function returns tensors: arrays in host memory. */
export type Fetched<T> = T extends tf.Tensor
  ? NdArray
  : T extends object
    ? { [K in keyof T]: Fetched<T[K]> }
    : T

/** Arrays for some of what a function returns, at the same places. */
export type Into<T> = T extends tf.Tensor ? NdArray : T extends object ? { [K in keyof T]?: Into<T[K]> } : T

export interface CompileOptions {
  /** Default: ATTENTIVE_ENGINE, else `auto`. */
  engine?: EngineRequest
  /** How many input shapes are kept compiled. Default 64. */
  cacheSize?: number
  /** Threads that share every operator, or the rows of a batch (`dataParallel`). Default: the physical cores. */
  threads?: number
  /**
   * Sizes that may change from call to call without a new compilation, such as batch and length: one graph then serves
   * the last batch, which is not full, and sentences of all lengths. Default none: every shape is compiled by itself.
   */
  axes?: Axes
  /**
   * Divides the rows of a batch among the threads: each computes the whole function of its rows, and the results are
   * put together. That suits networks of many small operations, such as LSTMs of up to a few hundred units; it is done
   * where it pays, and not in models that have more weights, which every thread must be given, than work. Only for
   * functions of which this is true: results without rows (the loss, gradients) are means over the rows, or sums, as
   * `reduce` says. Eager engines do without. Default: threads share every operator.
   */
  dataParallel?: DataParallelOptions
  /** Bake the present values of parameters into the graph: faster, and deaf to later changes. Default false. */
  freeze?: boolean
  /**
   * Of products with weights that `freeze` has baked in. `int8`: large weights as 8-bit integers with one scale a
   * column, what they are multiplied by likewise at every run; up to four times faster where the processor has
   * instructions for it (VNNI), with errors of about a hundredth of a product's standard deviation. On eager engines
   * everything is float32. Default float32.
   */
  precision?: Precision
}

const knownOptions = {
  engine: true,
  cacheSize: true,
  threads: true,
  axes: true,
  dataParallel: true,
  freeze: true,
  precision: true,
} satisfies KnownOptions<CompileOptions>

export interface CompileStats {
  /** What runs the function; `eager` also after a fall-back. */
  engine: EngineName
  /** The TensorFlow.js backend of the last eager run (`tensorflow` is tfjs-node's); null before one. */
  backend: string | null
  /** Graphs compiled so far, and the milliseconds that took. */
  compilations: number
  compileMs: number
}

export interface Compiled<Args, Result> {
  /**
   * @param out arrays that results shall be written to, in place of new ones, at the same places as in the result: what
   *   a loop of many calls would make and throw away keeps the garbage collector busy. None may be among `args`.
   * @throws ShapeError when one does not have the shape and dtype of its result.
   * @throws InvalidArgumentError when there is no result at its place, or its memory is that of an argument.
   */
  (args: Feed<Args>, out?: Into<Result>): Promise<Fetched<Result>>
  readonly stats: CompileStats
  /** Frees the compiled graphs. The function may be called again, and compiles anew. */
  dispose(): Promise<void>
}

/**
 * Compiles a function of tensors.
 *
 * @param fn is called with tensors in place of the arrays it is given, once per combination of input shapes (with
 *   `axes`: of those sizes that are not open), to be recorded; each is a compilation, about half a second for a
 *   translator's training step. It may read `Parameter`s, draw from an `Rng`, take gradients, `scan`, and hand
 *   gradients to an optimiser; it must not read tensor values. Plain values among the arguments (flags, numbers) become
 *   part of the graph.
 * @returns an asynchronous function with the same results as arrays. Calls run one after another.
 * @throws InvalidArgumentError when `fn` is no function, or on options that make no sense; from the call, when an index
 *   or id among the arguments is outside of what is looked up. A run that fails never falls back to another engine.
 * @throws TraceError from the call, naming the place, when `fn` depends on tensor values. An operation that has no
 *   graph form makes the function run eagerly instead, with a warning (an error if the engine was forced).
 *
 * @example
 * const square = compile(({ x }: { x: tf.Tensor }) => ({ y: tf.square(x) }))
 * const { y } = await square({ x: new NdArray(Float32Array.of(1, 2, 3), [3]) })   // y.data: 1, 4, 9
 */
export function compile<Args, Result>(
  fn: (args: Args) => Result,
  options: CompileOptions = {},
): Compiled<Args, Result> {
  const compiled = new CompiledFunction(fn, options)
  let last: Promise<unknown> = Promise.resolve()
  const call = (args: Feed<Args>, out?: Into<Result>) => {
    const next = last.then(() => compiled.run(args, out))
    last = next.catch(() => undefined)
    return next
  }
  return Object.assign(call, {
    stats: compiled.stats,
    dispose: async () => compiled.dispose(),
  })
}

/** A graph, and what must hold for its arguments before it runs. */
interface ReadyGraph<Result> {
  graph: CompiledGraph<Result>
  ranges: readonly ArgumentRange[]
}

class CompiledFunction<Args, Result> {
  readonly stats: CompileStats
  private readonly graphs: ShapeCache<ReadyGraph<Result>>
  private readonly request: EngineRequest
  /** Why the function runs eagerly, as long as nobody has been told. */
  private untold: string | null = null

  constructor(
    private readonly fn: (args: Args) => Result,
    private readonly options: CompileOptions,
  ) {
    requireFunction(fn)
    const { cacheSize = 64, threads, engine } = requireKnownOptions(options, knownOptions)
    requirePositive('cacheSize', cacheSize)
    if (threads !== undefined) requirePositive('threads', threads)
    requirePrecision(options)
    this.request = requestedEngine(engine)
    this.stats = { engine: chooseEngine(this.request), backend: null, compilations: 0, compileMs: 0 }
    this.graphs = new ShapeCache(cacheSize, ({ graph }) => void graph.dispose())
  }

  async run(args: Feed<Args>, out?: Into<Result>): Promise<Fetched<Result>> {
    const given = givenArrays(out, args)
    const ready = this.stats.engine === 'eager' ? null : await this.graphFor(args)
    if (ready) return (await runGraph(ready, args, given)) as Fetched<Result>
    const backend = await eagerBackend(eagerEngineOf(this.request))
    this.stats.backend = backend
    this.explain(engineOf(backend))
    mendGather()
    return onBackend(backend, () => runEagerly(this.fn, args, given))
  }

  dispose(): void {
    this.graphs.clear()
  }

  private async graphFor(args: Feed<Args>): Promise<ReadyGraph<Result> | null> {
    const key = keyOf(args, this.options.axes)
    const known = this.graphs.get(key)
    if (known) return known
    mendGather()
    try {
      const traces: ArgumentRange[][] = []
      const traced = (tensors: Args) =>
        notingRanges(
          (ranges) => traces.push(ranges),
          () => this.fn(tensors),
        )
      const graph = await CompiledGraph.build(traced, args as Args, this.options)
      this.stats.compilations++
      this.stats.compileMs += graph.times.trace + graph.times.build
      const ready = { graph, ranges: commonRanges(traces) }
      this.graphs.set(key, ready)
      return ready
    } catch (error) {
      this.fallBack(error)
      return null
    }
  }

  private fallBack(error: unknown): void {
    const canRunEagerly = error instanceof UnsupportedOperationError || error instanceof EngineError
    if (this.request === 'onnxruntime' || !canRunEagerly) throw error
    this.stats.engine = 'eager'
    this.untold = error.message
  }

  /** Tells why the function is not compiled, unless that was asked for, and what runs it instead. */
  private explain(engine: string): void {
    if (this.untold !== null) {
      warn(`${this.untold} The compiled function runs eagerly on ${engine}, which is slower.`)
      this.untold = null
      return
    }
    const found = findOnnxRuntime()
    if (this.request !== 'auto' || found.runtime !== null) return
    warnOnce(
      `onnxruntime-node cannot be used (${found.reason}): compiled functions run eagerly on ${engine}, which is slower. ` +
        `${onnxRuntimeRemedy}; \`attentive doctor\` says more, ATTENTIVE_ENGINE=eager goes without it in silence.`,
    )
  }
}

async function runGraph<Result>(
  { graph, ranges }: ReadyGraph<Result>,
  args: unknown,
  given: GivenArrays,
): Promise<Result> {
  if (ranges.length > 0) {
    const leaves = new Map(flattenTree(args).map(({ path, leaf }) => [path, leaf]))
    for (const range of ranges) {
      const leaf = leaves.get(range.path)
      if (leaf) requireAllInRange(leaf instanceof NdArray ? leaf.data : leaf.dataSync(), range)
    }
  }
  try {
    return await graph.run(args, given)
  } catch (error) {
    throw asRangeError(error)
  }
}

/** An index that the function computes itself is known to be wrong only when ONNX Runtime looks it up. */
function asRangeError(error: unknown): unknown {
  if (!(error instanceof EngineError) || !/out of data bounds|invalid ind(ex|ice) found/.test(error.received))
    return error
  return new InvalidArgumentError({
    argument: 'indices',
    expected: 'numbers within what they look up',
    received: `another one: ${error.received}`,
    cause: error,
  })
}

function requireFunction(fn: unknown): void {
  if (typeof fn !== 'function')
    throw new InvalidArgumentError({
      argument: 'fn',
      expected: 'a function of tensors',
      received: String(fn),
    })
}

function requirePositive(argument: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError({ argument, expected: 'a positive integer', received: String(value) })
}

function requirePrecision({ precision = 'float32', freeze = false }: CompileOptions): void {
  if (!precisions.includes(precision))
    throw new InvalidArgumentError({
      argument: 'precision',
      expected: `one of ${precisions.join(', ')}`,
      received: String(precision),
    })
  if (precision !== 'float32' && !freeze)
    throw new InvalidArgumentError({
      argument: 'precision',
      expected: 'float32 where weights may change',
      received: precision,
      hint: 'Weights that `freeze` bakes in can be made integers.',
    })
}

function keyOf(args: unknown, axes: Axes = {}): string {
  let key = ''
  for (const { path, leaf } of flattenTree(args)) {
    const names = axes[path]
    const sizes = names ? leaf.shape.map((size, i) => names[i] ?? size) : leaf.shape
    key += `${path}:${leaf.dtype}[${sizes}];`
  }
  return `${key}|${staticKey(args)}`
}

function runEagerly<Args, Result>(
  fn: (args: Args) => Result,
  args: Feed<Args>,
  given: GivenArrays,
): Fetched<Result> {
  let fetched: unknown
  tf.tidy(() => {
    const tensors = mapTree(args, (leaf) => (leaf instanceof NdArray ? leaf.toTensor() : leaf))
    const result = fn(tensors as unknown as Args)
    requireResultPaths(given, () => flattenTree(result).map(({ path }) => path))
    fetched = mapTree(result, (leaf, path) => {
      const target = given.get(path)
      if (leaf instanceof NdArray && !target) return leaf
      const array = leaf instanceof NdArray ? leaf : NdArray.fromTensor(leaf)
      return target ? copyInto(target, array, path) : copyOf(array)
    })
  })
  return fetched as Fetched<Result>
}

function copyInto(target: NdArray, array: NdArray, path: string): NdArray {
  requireResultShape(target, array.shape, array.dtype, path)
  target.data.set(array.data)
  return target
}

/** A copy: plain JavaScript backends hand out the array that the tensor lives in. */
function copyOf({ data, shape, dtype }: NdArray): NdArray {
  return new NdArray(data.slice(), shape, dtype)
}
