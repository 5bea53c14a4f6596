/** The order of the passes over a traced graph, from recorded to runnable. */
import type { Graph, Node, Value } from '../trace/ir.js'
import { dropDead } from './drop-dead.js'
import { foldTransposes } from './fold-transposes.js'
import { fuseBias } from './fuse-bias.js'
import { isolateOutputs } from './isolate-outputs.js'

export interface RunnableGraph {
  nodes: Node[]
  outputs: Value[]
}

export function optimise(graph: Graph, outputs: readonly Value[]): RunnableGraph {
  const live = foldTransposes(dropDead(graph.nodes, outputs), outputs)
  return finish(dropDead(live, outputs), outputs, graph)
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
