/** From a function to a runnable graph: trace, optimise, and resolve open sizes. Compiling and exporting share it. */
import { InvalidArgumentError } from '../errors.js'
import { type WrittenShape, writeModel } from './onnx/model-writer.js'
import { optimise, type Precision } from './passes/index.js'
import {
  declaredShape,
  resolveSymbols,
  type SymbolContext,
  type SymbolOrigin,
} from './symbolic/resolve-symbols.js'
import { type Assignment, assignPrimes, hasPrimes, type SymbolicSize, sizeLabel } from './symbolic/symbols.js'
import type { Node, Value } from './trace/ir.js'
import { type GraphInput, type TracedFunction, type TraceOptions, traceFunction } from './trace/trace.js'
import { flattenTree, type Leaf } from './tree.js'

/**
 * Open sizes: for a leaf of the arguments, by its path, a name for every axis that may change from call to call
 * (null: fixed). Axes with one name have one size. Example: `{ source: ['B', 'S'], mask: ['B', 'S'] }`.
 */
export type Axes = Readonly<Record<string, readonly (string | null)[]>>

export interface LowerOptions {
  axes?: Axes
  /** Bake the present values of parameters into the graph: faster, and deaf to later changes. Default false. */
  freeze?: boolean
  /** Of products with what `freeze` bakes in; see `CompileOptions`. Default float32. */
  precision?: Precision
  /** A graph that stands by itself, for export; see `TraceOptions`. Its outputs are named by their paths. Default false. */
  standalone?: boolean
  /** Threads that the graph will run with; see `TraceOptions`. */
  threads?: number
}

export interface LoweredFunction<Result> {
  traced: TracedFunction<Result>
  nodes: Node[]
  /** The inputs that are read; in a standalone graph all arguments. */
  inputs: GraphInput[]
  /** In the order of `traced.outputs`. */
  outputs: Value[]
  /** The `.onnx` file. */
  model: Uint8Array
  /** The sizes of a value: numbers, or products of open sizes. */
  sizesOf(value: Value): SymbolicSize[]
}

export function lower<Args, Result>(
  fn: (args: Args) => Result,
  args: Args,
  { axes = {}, freeze = false, standalone = false, precision, threads }: LowerOptions = {},
): LoweredFunction<Result> {
  const options = { freeze, standalone, precision, threads }
  const leaves = new Map(flattenTree<Leaf>(args).map(({ path, leaf }) => [path, leaf]))
  const symbols = symbolsOf(axes, leaves)
  if (symbols.length === 0) return finish(traceOnce(fn, args, options), standalone)

  const { graph, twin, first, second } = traceTwice(fn, args, { options, axes, symbols, leaves })
  const context: SymbolContext = { first, second, origins: originsOf(axes, graph.traced.inputs) }
  const sizes = resolveSymbols(graph.traced.builder, graph.nodes, twin.nodes, context)
  return finish({ ...graph, nodes: [...sizes, ...graph.nodes] }, standalone, first)
}

interface OnceOptions extends TraceOptions {
  precision?: Precision | undefined
  /** Primes that stand for open sizes. */
  openSizes?: readonly number[]
}

interface TwiceOptions {
  options: OnceOptions
  axes: Axes
  symbols: string[]
  leaves: ReadonlyMap<string, Leaf>
}

interface Twins<Result> {
  graph: TracedGraph<Result>
  twin: TracedGraph<Result>
  first: Assignment
  second: Assignment
}

/**
 * Traces with two choices of primes; anew when a parameter, or a size that the function makes itself, turns out to have
 * one of them as a factor, and would look as if it depended on an open size.
 */
function traceTwice<Args, Result>(
  fn: (args: Args) => Result,
  args: Args,
  { options, axes, symbols, leaves }: TwiceOptions,
): Twins<Result> {
  const sizes = new Set([...leaves.values()].flatMap(({ shape }) => shape))
  for (;;) {
    const [first, second] = assignPrimes(symbols, sizes)
    const trace = (assignment: Assignment) =>
      traceOnce(fn, args, {
        ...options,
        shapes: shapesWith(assignment, axes, leaves),
        openSizes: [...assignment.values()],
      })
    const primes = [...first.values(), ...second.values()]
    const clashing = (met: readonly number[]) =>
      met.filter((size) => primes.some((prime) => size % prime === 0))
    const graph = trace(first)
    const inParameters = clashing(graph.traced.parameters.flatMap(({ shape }) => shape))
    for (const size of inParameters) sizes.add(size)
    if (inParameters.length > 0) continue
    const twin = trace(second)
    const made = clashing(constantSizes(graph.nodes, twin.nodes))
    if (made.length === 0 || !hasPrimes(symbols, [...sizes, ...made])) return { graph, twin, first, second }
    for (const size of made) sizes.add(size)
  }
}

/** Sizes of axes that are the same in both traces. */
function constantSizes(nodes: readonly Node[], twins: readonly Node[]): number[] {
  return nodes.flatMap(({ outputs, body }, i) => {
    const twin = twins[i]
    const own = outputs.flatMap(({ shape }, k) =>
      shape.filter((size, axis) => size > 0 && size === twin?.outputs[k]?.shape[axis]),
    )
    return body && twin?.body ? [...own, ...constantSizes(body.nodes, twin.body.nodes)] : own
  })
}

interface TracedGraph<Result> {
  traced: TracedFunction<Result>
  nodes: Node[]
  outputs: Value[]
}

function traceOnce<Args, Result>(
  fn: (args: Args) => Result,
  args: Args,
  { precision, openSizes, ...options }: OnceOptions,
): TracedGraph<Result> {
  const traced = traceFunction(fn, args, options)
  const sinks = traced.outputs.map(({ value }) => value)
  return {
    traced,
    ...optimise(traced.builder.top, sinks, { precision, openSizes, threads: options.threads }),
  }
}

function finish<Result>(
  { traced, nodes, outputs }: TracedGraph<Result>,
  standalone: boolean,
  assignment: Assignment = new Map(),
): LoweredFunction<Result> {
  const sizesOf = (value: Value) => declaredShape(value.shape, assignment)
  const shapeOf = (value: Value): WrittenShape => sizesOf(value).map(sizeLabel)
  const inputs = standalone ? traced.inputs : readInputs(traced.inputs, nodes)
  const values = inputs.map(({ value }) => value)
  if (standalone) namePorts(traced, outputs)
  const model = writeModel({
    nodes,
    inputs: values,
    outputs,
    name: 'attentive',
    shapeOf,
  })
  return { traced, nodes, inputs, outputs, model, sizesOf }
}

/**
 * Inputs and outputs are named by their paths, a bare tensor `input` or `output`; what an input is called already gets
 * `_out` behind it.
 */
function namePorts({ inputs, outputs }: TracedFunction<unknown>, values: readonly Value[]): void {
  for (const { value } of inputs) value.name ||= 'input'
  const taken = new Set(inputs.map(({ value }) => value.name))
  outputs.forEach(({ sink }, i) => {
    let name = (sink.to === 'result' && sink.path) || 'output'
    while (taken.has(name)) name += '_out'
    taken.add(name)
    ;(values[i] as Value).name = name
  })
}

function symbolsOf(axes: Axes, leaves: ReadonlyMap<string, Leaf>): string[] {
  for (const [path, names] of Object.entries(axes)) {
    const leaf = leaves.get(path)
    if (leaf?.shape.length !== names.length)
      throw new InvalidArgumentError({
        argument: `axes['${path}']`,
        expected: leaf
          ? `${leaf.shape.length} names, one for each axis`
          : `one of ${[...leaves.keys()].join(', ')}`,
        received: leaf ? `${names.length}` : path,
      })
  }
  return [...new Set(Object.values(axes).flat())].filter((name) => name !== null)
}

function shapesWith(
  assignment: Assignment,
  axes: Axes,
  leaves: ReadonlyMap<string, Leaf>,
): Map<string, number[]> {
  const open = Object.entries(axes).map(([path, names]): [string, number[]] => {
    const { shape } = leaves.get(path) as Leaf
    return [
      path,
      names.map((name, i) => (name === null ? (shape[i] as number) : (assignment.get(name) as number))),
    ]
  })
  return new Map(open)
}

function originsOf(axes: Axes, inputs: readonly GraphInput[]): Map<string, SymbolOrigin> {
  const origins = new Map<string, SymbolOrigin>()
  for (const { value, source } of inputs) {
    if (source.from !== 'argument') continue
    axes[source.path]?.forEach((name, axis) => {
      if (name !== null && !origins.has(name)) origins.set(name, { input: value, axis })
    })
  }
  return origins
}

function readInputs(inputs: readonly GraphInput[], nodes: readonly Node[]): GraphInput[] {
  const read = new Set<Value>()
  const visit = (list: readonly Node[]): void => {
    for (const node of list) {
      for (const value of node.inputs) read.add(value)
      if (!node.body) continue
      visit(node.body.nodes)
      for (const value of node.body.outputs) read.add(value)
    }
  }
  visit(nodes)
  return inputs.filter(({ value }) => read.has(value))
}
