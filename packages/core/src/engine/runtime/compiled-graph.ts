/** A traced function ready to run: knows where each input comes from and where each output goes. */
import * as tf from '@tensorflow/tfjs-core'
import { ShapeError, TraceError } from '../../errors.js'
import { type DType, NdArray, type NdData } from '../nd-array.js'
import { writeModel } from '../onnx/model-writer.js'
import { optimise } from '../passes/index.js'
import type { Node, Value } from '../trace/ir.js'
import type { GraphInput, GraphOutput, TracedFunction } from '../trace/trace.js'
import { flattenTree, type Leaf, rebuildTree } from '../tree.js'
import type { OnnxTensor } from './onnx-runtime.js'
import { type Feeds, type Fetches, Session, type SessionOptions } from './session.js'

export interface CompileTimes {
  /** Milliseconds spent tracing the function. */
  trace: number
  /** Milliseconds spent on passes, writing the model and building the session. */
  build: number
}

export class CompiledGraph<Result> {
  private readonly bound = new Map<Value, { data: NdData; tensor: OnnxTensor }>()

  private constructor(
    private readonly session: Session,
    private readonly traced: TracedFunction<Result>,
    /** Optimised nodes and outputs, in the order of `traced.outputs`. */
    readonly nodes: Node[],
    private readonly outputs: Value[],
    private readonly inputs: GraphInput[],
    readonly times: CompileTimes,
  ) {}

  static async build<Result>(
    trace: () => TracedFunction<Result>,
    options: SessionOptions,
  ): Promise<CompiledGraph<Result>> {
    const started = performance.now()
    const traced = trace()
    const tracedAt = performance.now()
    const sinks = traced.outputs.map(({ value }) => value)
    const { nodes, outputs } = optimise(traced.builder.top, sinks)
    const inputs = usedInputs(traced.inputs, nodes)
    const model = writeModel({ nodes, inputs: inputs.map(({ value }) => value), outputs, name: 'attentive' })
    const session = await Session.create(model, options)
    const times = { trace: tracedAt - started, build: performance.now() - tracedAt }
    return new CompiledGraph(session, traced, nodes, outputs, inputs, times)
  }

  /** Runs once: fills random inputs, reads parameters, runs the graph, writes the arrays, does the host effects. */
  async run(args: unknown): Promise<Result> {
    const given = new Map(flattenTree<Leaf>(args).map(({ path, leaf }) => [path, leaf]))
    this.fillRandomInputs()
    const feeds: Feeds = {}
    for (const input of this.inputs) feeds[input.value.label] = this.feed(input, given)
    const fetches: Fetches = {}
    this.traced.outputs.forEach((output, i) => {
      const value = this.outputs[i] as Value
      fetches[value.label] = this.fetch(output, value)
    })
    const results = await this.session.run(feeds, fetches)
    this.assignVariables(results)
    for (const effect of this.traced.effects) effect()
    return this.collect(results)
  }

  async dispose(): Promise<void> {
    await this.session.release()
  }

  /** Random inputs are drawn in the order of their calls, also those that no node reads, as an eager run would. */
  private fillRandomInputs(): void {
    for (const { value, source } of this.traced.inputs) {
      if (source.from !== 'random') continue
      const known = this.bound.get(value)
      const data = (known?.data ?? new Float32Array(value.size)) as Float32Array
      source.fill(data)
      if (!known) this.bind(value, data)
    }
  }

  private feed({ value, source }: GraphInput, given: ReadonlyMap<string, Leaf>): OnnxTensor {
    if (source.from === 'parameter') return this.bind(value, source.parameter.data)
    if (source.from === 'random') return this.bind(value, this.bound.get(value)?.data as NdData)
    if (source.from === 'captured') return this.feedCaptured(value, source.tensor)
    const leaf = given.get(source.path) as Leaf
    if (leaf.shape.join() !== value.shape.join())
      throw new ShapeError({
        argument: source.path,
        expected: `shape [${value.shape}]`,
        received: `[${leaf.shape}]`,
      })
    const data = leaf instanceof NdArray ? leaf.data : (leaf.dataSync() as NdData)
    return this.session.tensor(value.dtype as DType, data, value.shape)
  }

  private feedCaptured(value: Value, tensor: tf.Tensor): OnnxTensor {
    if (tensor.isDisposed)
      throw new TraceError({
        argument: value.label,
        expected: 'a tensor that lives as long as the compiled function',
        received: 'a disposed one',
        hint: 'Pass it as an argument, or keep it.',
      })
    return this.session.tensor(value.dtype as DType, tensor.dataSync() as NdData, value.shape)
  }

  /** The runtime's tensor over an array, made anew only when the array is another one. */
  private bind(value: Value, data: NdData): OnnxTensor {
    const known = this.bound.get(value)
    if (known && known.data === data) return known.tensor
    const tensor = this.session.tensor(value.dtype as DType, data, value.shape)
    this.bound.set(value, { data, tensor })
    return tensor
  }

  private fetch({ sink }: GraphOutput, value: Value): OnnxTensor | null {
    return sink.to === 'array' ? this.bind(value, sink.target) : null
  }

  private assignVariables(results: Record<string, OnnxTensor>): void {
    this.traced.outputs.forEach(({ sink }, i) => {
      if (sink.to !== 'variable') return
      const value = this.outputs[i] as Value
      const tensor = tf.tensor(
        results[value.label]?.data as Float32Array,
        [...value.shape],
        value.dtype as DType,
      )
      sink.variable.assign(tensor)
      tensor.dispose()
    })
  }

  private collect(results: Record<string, OnnxTensor>): Result {
    const arrays: NdArray[] = []
    this.traced.outputs.forEach(({ sink }, i) => {
      const value = this.outputs[i] as Value
      if (sink.to === 'result')
        arrays[sink.index] = new NdArray(
          results[value.label]?.data as NdData,
          value.shape,
          value.dtype as DType,
        )
    })
    return rebuildTree(this.traced.result, arrays)
  }
}

function usedInputs(inputs: GraphInput[], nodes: Node[]): GraphInput[] {
  const used = new Set<Value>()
  const visit = (list: Node[]): void => {
    for (const node of list) {
      for (const value of node.inputs) used.add(value)
      if (node.body) {
        visit(node.body.nodes)
        for (const value of node.body.outputs) used.add(value)
      }
    }
  }
  visit(nodes)
  return inputs.filter(({ value }) => used.has(value))
}
