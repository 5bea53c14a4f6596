/**
 * Emits nodes. Two optimisations happen here because here they are free: equal expressions are computed once, and a
 * node goes to the outermost graph that has all of its inputs, which moves loop-invariant work out of scan bodies.
 */
import { TraceError } from '../../errors.js'
import type { NdData } from '../nd-array.js'
import {
  type Attribute,
  absentValue,
  type Body,
  type ConstantData,
  Graph,
  type Node,
  usedBy,
  Value,
  type ValueType,
} from './ir.js'
import { Origin } from './user-line.js'

export type OutputSpec = readonly [shape: readonly number[], dtype: ValueType]

/** Larger arrays are not compared with each other: finding twins would cost more than it saves. */
const LARGEST_COMPARED = 64

export interface NodeSpec {
  op: string
  inputs: Value[]
  outputs: OutputSpec[]
  attributes?: Record<string, Attribute>
  domain?: string
  body?: Body
}

export interface BuilderOptions {
  standardOnly?: boolean | undefined
  threads?: number | undefined
}

export class Builder {
  readonly top = new Graph(null)
  /** The graph that is being traced now: the top, or a scan's body. */
  current: Graph = this.top
  /** One for all, so that equal nodes that leave an input out are one. */
  readonly absent = absentValue(this.top)
  /** Tensors older than this belong to the outside of the scan step that is being traced. */
  oldestTensor = 0
  private readonly constants = new Map<string, Value>()
  private readonly origins: Origin[] = []
  private origin: Origin | undefined

  /** Emit operators of ONNX's standard domain only (for export). */
  readonly standardOnly: boolean
  /** How many threads the graph will run with; undefined where ONNX Runtime chooses. */
  readonly threads: number | undefined

  constructor({ standardOnly = false, threads }: BuilderOptions = {}) {
    this.standardOnly = standardOnly
    this.threads = threads
  }

  emit(spec: NodeSpec): Value[] {
    const graph = this.placeOf(spec)
    const key = spec.body ? null : keyOf(spec)
    const known = key === null ? undefined : graph.known.get(key)
    if (known) return known.outputs
    const node: Node = {
      op: spec.op,
      domain: spec.domain ?? '',
      inputs: spec.inputs,
      outputs: spec.outputs.map(([shape, dtype]) => new Value(shape, dtype, graph)),
      attributes: spec.attributes ?? {},
      body: spec.body ?? null,
      origin: this.origin,
    }
    for (const output of node.outputs) output.producer = node
    graph.nodes.push(node)
    if (key !== null) graph.known.set(key, node)
    return node.outputs
  }

  /** Emits a node with one output. */
  one(
    op: string,
    inputs: Value[],
    shape: readonly number[],
    dtype: ValueType,
    attributes: Record<string, Attribute> = {},
  ): Value {
    return this.emit({ op, inputs, outputs: [[shape, dtype]], attributes })[0] as Value
  }

  placeholder(shape: readonly number[], dtype: ValueType, graph: Graph = this.top): Value {
    return new Value(shape, dtype, graph)
  }

  /** A constant with one number everywhere; takes no memory until the model is written. */
  uniform(value: number, shape: readonly number[], dtype: ValueType = 'float32'): Value {
    return this.remember(
      `u${Object.is(value, -0) ? '-0' : value}|${shape}|${dtype}`,
      () => new Value([...shape], dtype, this.top, { uniform: value }),
    )
  }

  constant(data: NdData, shape: readonly number[], dtype: ValueType): Value {
    const same = commonValue(data)
    return same === undefined ? this.store(data.slice(), shape, dtype) : this.uniform(same, shape, dtype)
  }

  /** int64 vector: the form in which ONNX takes shapes, axes and bounds. */
  int64(values: readonly number[]): Value {
    return this.store(BigInt64Array.from(values, BigInt), [values.length], 'int64')
  }

  /** Runs `body` with `graph` as the current one. */
  within<T>(graph: Graph, body: () => T): T {
    const former = this.current
    this.current = graph
    try {
      return body()
    } finally {
      this.current = former
    }
  }

  /** Runs `body`, whose nodes come from one operation of TensorFlow.js. */
  asOperation<T>(operation: string, body: () => T): T {
    const former = this.origin
    this.origin = new Origin(operation)
    this.origins.push(this.origin)
    try {
      return body()
    } finally {
      this.origin = former
    }
  }

  /** To be called when nobody will ask for lines any more. */
  forgetPlaces(): void {
    for (const origin of this.origins.splice(0)) origin.forgetPlace()
  }

  private store(data: ConstantData, shape: readonly number[], dtype: ValueType): Value {
    const make = () => new Value([...shape], dtype, this.top, { data })
    return data.length <= LARGEST_COMPARED ? this.remember(`${data.join()}|${shape}|${dtype}`, make) : make()
  }

  private remember(key: string, make: () => Value): Value {
    const known = this.constants.get(key)
    if (known) return known
    const value = make()
    this.constants.set(key, value)
    return value
  }

  private placeOf({ inputs, body }: NodeSpec): Graph {
    let place = this.top
    for (const { graph } of body ? usedBy({ inputs, body } as Node) : inputs)
      if (graph.depth > place.depth) place = graph
    if (!isWithin(this.current, place))
      throw new TraceError({
        argument: 'scan',
        expected: 'a step that uses only its own carry, input and constants',
        received: 'a tensor made inside another scan body',
        hint: 'Return it from that scan as an output.',
      })
    return place
  }
}

/** The number that fills the whole array, if one does. A plain loop: such arrays may have millions of entries. */
function commonValue(data: NdData): number | undefined {
  const first = data[0]
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return undefined
  return first
}

function isWithin(graph: Graph | null, ancestor: Graph): boolean {
  for (let g = graph; g; g = g.parent) if (g === ancestor) return true
  return false
}

/** What a node computes. The number of outputs counts: some operators have optional ones. */
function keyOf({ op, domain, inputs, outputs, attributes }: NodeSpec): string {
  const operands = inputs.map(({ id }) => id)
  return `${domain ?? ''}:${op}|${operands}|${outputs.length}|${attributes ? JSON.stringify(attributes) : ''}`
}
