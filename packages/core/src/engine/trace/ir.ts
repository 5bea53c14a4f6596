/**
 * The graph that a trace records: values, the nodes that make them, and nested graphs (scan bodies). ONNX-shaped on
 * purpose: a node is an ONNX operator, so that what is printed is what runs.
 */
import type { NdData } from '../nd-array.js'
import { sizeOf } from '../nd-array.js'
import type { Origin } from './user-line.js'

export type ValueType = 'float32' | 'int32' | 'bool' | 'int64' | 'int8'

export type ConstantData = NdData | BigInt64Array | Int8Array

/** The content of a constant: one number everywhere (kept symbolic, never stored) or an array. */
export type Constant = { uniform: number } | { data: ConstantData }

/** A bare number is an ONNX integer attribute; floating-point ones say so. */
export type Attribute = number | number[] | string | { float: number }

let nextId = 0

export class Value {
  readonly id = nextId++
  /** The node that makes it; null for inputs and constants. */
  producer: Node | null = null
  /** Name in the model, for inputs and outputs that people see. */
  name: string | null = null

  constructor(
    readonly shape: readonly number[],
    readonly dtype: ValueType,
    readonly graph: Graph,
    readonly constant: Constant | null = null,
  ) {}

  get rank(): number {
    return this.shape.length
  }

  get size(): number {
    return sizeOf(this.shape)
  }

  /** The number that fills a uniform constant, else undefined. */
  get uniform(): number | undefined {
    return this.constant && 'uniform' in this.constant ? this.constant.uniform : undefined
  }

  /** What it is called in the model. No path of a user's starts with a percent sign by accident. */
  get label(): string {
    return this.name ?? `%${this.id}`
  }
}

/** Stands where an operator's optional input is left out, which ONNX writes as an empty name. */
export function absentValue(graph: Graph): Value {
  return Object.assign(new Value([], 'int32', graph), { name: '' })
}

/** Body of a scan: which nodes of its graph run, in order, with what inputs and outputs. */
export interface Body {
  graph: Graph
  nodes: Node[]
  inputs: Value[]
  outputs: Value[]
}

export interface Node {
  op: string
  /** Empty for the standard domain. */
  domain: string
  inputs: Value[]
  outputs: Value[]
  attributes: Record<string, Attribute>
  body: Body | null
  /** Missing where no single operation asked for it. */
  origin?: Origin | undefined
}

/** What a node is called in the model; ONNX Runtime names it in what it says about it. */
export function nodeName({ outputs }: Node): string {
  return outputs[0]?.label ?? ''
}

/** One level of nesting: the whole function is depth 0, a scan's body one deeper than what surrounds it. */
export class Graph {
  readonly depth: number
  readonly nodes: Node[] = []
  /** Nodes by what they compute, so that equal expressions are computed once. */
  readonly known = new Map<string, Node>()

  constructor(readonly parent: Graph | null) {
    this.depth = parent ? parent.depth + 1 : 0
  }
}

/** Values from outside `body` that its nodes, and bodies inside them, refer to. */
export function freeValues(body: Body): Set<Value> {
  const free = new Set<Value>()
  const own = body.graph
  const note = (value: Value) => {
    if (value.graph.depth < own.depth) free.add(value)
  }
  for (const node of body.nodes) for (const value of usedBy(node)) note(value)
  body.outputs.forEach(note)
  return free
}

/** Everything a node reads: its inputs, and what the body inside it reads from outside. */
export function usedBy(node: Node): Value[] {
  return node.body ? [...node.inputs, ...freeValues(node.body)] : node.inputs
}

/** The nodes among `nodes` that `outputs` need, in order. */
export function reachable(nodes: readonly Node[], outputs: Iterable<Value>): Node[] {
  const wanted = new Set(outputs)
  const kept: Node[] = []
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as Node
    if (!node.outputs.some((output) => wanted.has(output))) continue
    for (const value of usedBy(node)) wanted.add(value)
    kept.push(node)
  }
  return kept.reverse()
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dimension, i) => dimension === b[i])
}
