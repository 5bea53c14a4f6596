/**
 * What a loop walks along is often made by a dozen elementwise operations on whole stacks: the derivatives of gates, say,
 * of all time steps. Long stacks are in no cache, so each of those operations waits for memory. Here the loop becomes one
 * over blocks of a few steps: the operations make what the next steps need, and an inner loop goes through those.
 *
 *     [T, …] stacks → ops → Scan(T)      becomes      Scan(T / R) over [R, …] { ops → Scan(R) }
 */
import { freeValues, Graph, type Node, usedBy, Value } from '../trace/ir.js'
import { elementwise } from '../trace/loop-invariants.js'

/** Steps of a block, at most. Measured for an LSTM of 64 units and 64 rows: 4 to 24 are alike within two hundredths. */
const mostSteps = 16
/** Fewer operations do not pay for a second loop. */
const leastOperations = 4

export interface BlockOptions {
  outputs: readonly Value[]
  top: Graph
  /** Primes that stand for open sizes: a length that has one as a factor is not known. */
  openSizes: readonly number[]
}

/** @param nodes of the graph's top, in order. */
export function blockLoops(nodes: readonly Node[], { outputs, top, openSizes }: BlockOptions): Node[] {
  const readers = readersOf(nodes)
  const results = new Set(outputs)
  const gone = new Set<Node>()
  const blocked = new Map<Node, Node[]>()
  for (const loop of nodes) {
    const steps = loop.op === 'Scan' ? stepsOfBlock(lengthOf(loop), openSizes) : null
    const makers = steps ? makersOf(loop, nodes, readers, results) : []
    if (!steps || makers.length < leastOperations) continue
    blocked.set(loop, new Block(steps, top).nodesOf(loop, makers))
    for (const maker of makers) gone.add(maker)
  }
  return nodes.flatMap((node) => (gone.has(node) ? [] : (blocked.get(node) ?? [node])))
}

const lengthOf = (loop: Node) => loop.inputs.at(-1)?.shape[0] as number

/** The largest number of steps that divides the length; null where none does. */
function stepsOfBlock(length: number, openSizes: readonly number[]): number | null {
  if (openSizes.some((prime) => length % prime === 0)) return null
  for (let steps = mostSteps; steps > 1; steps--) if (length % steps === 0 && length > steps) return steps
  return null
}

function readersOf(nodes: readonly Node[]): Map<Value, Node[]> {
  const readers = new Map<Value, Node[]>()
  for (const node of nodes)
    for (const value of usedBy(node)) {
      const known = readers.get(value)
      if (known) known.push(node)
      else readers.set(value, [node])
    }
  return readers
}

function partsOf({ inputs, attributes }: Node): { states: Value[]; scanned: Value[] } {
  const first = inputs.length - (attributes.num_scan_inputs as number)
  return { states: inputs.slice(0, first), scanned: inputs.slice(first) }
}

/** The elementwise nodes, in order, that work for the steps of this loop and for nothing else. */
function makersOf(
  loop: Node,
  nodes: readonly Node[],
  readers: ReadonlyMap<Value, Node[]>,
  results: ReadonlySet<Value>,
): Node[] {
  const elsewhere = new Set([...partsOf(loop).states, ...(loop.body ? freeValues(loop.body) : [])])
  const makers = new Set<Node>()
  const isFor = (reader: Node, value: Value) => (reader === loop ? !elsewhere.has(value) : makers.has(reader))
  for (const node of nodes.toReversed()) {
    const [output] = node.outputs as [Value]
    if (!isStepwise(node, lengthOf(loop)) || results.has(output)) continue
    const read = readers.get(output) ?? []
    if (read.length > 0 && read.every((reader) => isFor(reader, output))) makers.add(node)
  }
  return nodes.filter((node) => makers.has(node))
}

/** Whether its result at a step depends on stacks at that step alone. */
function isStepwise({ op, outputs, inputs }: Node, length: number): boolean {
  const [output] = outputs as [Value]
  if (!elementwise.has(op) || output.shape[0] !== length) return false
  return inputs.every((input) => isStackLike(input, output) || input.rank < output.rank)
}

const isStackLike = (input: Value, { shape, rank }: Value) =>
  input.rank === rank && input.shape[0] === shape[0]

/** The body of the outer loop, and what is needed around it. */
class Block {
  private readonly graph: Graph
  private readonly nodes: Node[] = []
  /** Of stacks: their steps in this block. */
  private readonly parts = new Map<Value, Value>()
  /** What the outer loop walks along, and what it is called inside. */
  private readonly walked: { blocks: Value; part: Value }[] = []
  private readonly around: { before: Node[]; after: Node[] } = { before: [], after: [] }

  constructor(
    private readonly steps: number,
    private readonly top: Graph,
  ) {
    this.graph = new Graph(top)
  }

  /** The nodes that take the place of a loop and its makers. */
  nodesOf(loop: Node, makers: readonly Node[]): Node[] {
    for (const { outputs, inputs, ...maker } of makers) {
      const [output] = outputs as [Value]
      const own = inputs.map((input) => (isStackLike(input, output) ? this.partOf(input) : input))
      this.parts.set(output, this.add({ ...maker, inputs: own, outputs: [this.inside(output)] }))
    }
    const { states, scanned } = partsOf(loop)
    const entering = states.map((state) => new Value(state.shape, state.dtype, this.graph))
    const inner: Node = {
      ...loop,
      inputs: [...entering, ...scanned.map((stack) => this.partOf(stack))],
      outputs: loop.outputs.map((output, i) =>
        i < states.length ? new Value(output.shape, output.dtype, this.graph) : this.inside(output),
      ),
    }
    this.add(inner)
    const outer = this.outerLoop(loop, states, entering, inner)
    return [...this.around.before, outer, ...this.around.after]
  }

  private outerLoop(loop: Node, states: Value[], entering: Value[], inner: Node): Node {
    const [direction] = loop.attributes.scan_input_directions as [number]
    const outputs = loop.outputs.map((output, i) => (i < states.length ? output : this.blocksOf(output)))
    const outer: Node = {
      ...loop,
      inputs: [...states, ...this.walked.map(({ blocks }) => blocks)],
      outputs,
      attributes: {
        num_scan_inputs: this.walked.length,
        scan_input_directions: this.walked.map(() => direction),
        scan_output_directions: outputs.slice(states.length).map(() => direction),
      },
      body: {
        graph: this.graph,
        nodes: this.nodes,
        inputs: [...entering, ...this.walked.map(({ part }) => part)],
        outputs: inner.outputs,
      },
    }
    for (const output of outputs) output.producer = outer
    return outer
  }

  /** A stack's steps of this block. */
  private partOf(stack: Value): Value {
    const known = this.parts.get(stack)
    if (known) return known
    const { uniform } = stack
    const part =
      uniform === undefined
        ? this.inside(stack)
        : new Value(this.shapeOf(stack), stack.dtype, this.top, { uniform })
    if (uniform === undefined) {
      const blocks = new Value(this.shapeOfBlocks(stack), stack.dtype, this.top)
      this.around.before.push(this.reshape(stack, blocks))
      this.walked.push({ blocks, part })
    }
    this.parts.set(stack, part)
    return part
  }

  /** All blocks of a stack that the loop returns, which is made of them afterwards. */
  private blocksOf(stack: Value): Value {
    const blocks = new Value(this.shapeOfBlocks(stack), stack.dtype, this.top)
    this.around.after.push(this.reshape(blocks, stack))
    return blocks
  }

  private inside(stack: Value): Value {
    return new Value(this.shapeOf(stack), stack.dtype, this.graph)
  }

  private shapeOf({ shape }: Value): number[] {
    return [this.steps, ...shape.slice(1)]
  }

  private shapeOfBlocks({ shape }: Value): number[] {
    return [(shape[0] as number) / this.steps, this.steps, ...shape.slice(1)]
  }

  private add(node: Node): Value {
    for (const output of node.outputs) output.producer = node
    this.nodes.push(node)
    return node.outputs[0] as Value
  }

  private reshape(from: Value, to: Value): Node {
    const data = BigInt64Array.from(to.shape, BigInt)
    const shape = new Value([to.rank], 'int64', this.top, { data })
    const node: Node = {
      op: 'Reshape',
      domain: '',
      inputs: [from, shape],
      outputs: [to],
      attributes: {},
      body: null,
    }
    to.producer = node
    return node
  }
}
