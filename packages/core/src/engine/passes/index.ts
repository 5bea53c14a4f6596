/** The order of the passes over a traced graph, from recorded to runnable. */
import type { Graph, Node, Value } from '../trace/ir.js'
import { blockLoops } from './block-loops.js'
import { dropDead } from './drop-dead.js'
import { foldTransposes } from './fold-transposes.js'
import { fuseBias } from './fuse-bias.js'
import { isolateOutputs } from './isolate-outputs.js'
import { quantiseWeights } from './quantise-weights.js'

export interface RunnableGraph {
  nodes: Node[]
  outputs: Value[]
}

/** How exactly products with constant weights are computed. */
export const precisions = ['float32', 'int8'] as const
export type Precision = (typeof precisions)[number]

export interface OptimiseOptions {
  /** Default float32. */
  precision?: Precision | undefined
  /** Threads that the graph will run with; default: not known. */
  threads?: number | undefined
  /** Primes that stand for open sizes. Default none. */
  openSizes?: readonly number[] | undefined
}

export function optimise(
  graph: Graph,
  outputs: readonly Value[],
  { precision = 'float32', threads, openSizes = [] }: OptimiseOptions = {},
): RunnableGraph {
  const folded = foldTransposes(dropDead(graph.nodes, outputs), outputs)
  const live = dropDead(folded, outputs)
  // Several threads share operations on whole stacks, and have more cache together.
  const nodes = threads === 1 ? blockLoops(live, { outputs, top: graph, openSizes }) : live
  const runnable = finish(nodes, outputs, graph)
  if (precision === 'float32') return runnable
  return { ...runnable, nodes: quantiseWeights(runnable.nodes, graph) }
}

function finish(nodes: Node[], outputs: readonly Value[], graph: Graph): RunnableGraph {
  for (const { body } of nodes) {
    if (!body) continue
    const inner = finish(body.nodes, body.outputs, body.graph)
    body.nodes = inner.nodes
    body.outputs = inner.outputs
  }
  return isolateOutputs(fuseBias(nodes, outputs), outputs, graph)
}
