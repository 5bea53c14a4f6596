/**
 * ONNX wants every output of a graph to be made by a node of that graph, under a name of its own. What is returned
 * twice, passed through or constant gets an Identity.
 */
import { type Graph, type Node, Value } from '../trace/ir.js'

export function isolateOutputs(
  nodes: Node[],
  outputs: readonly Value[],
  graph: Graph,
): { nodes: Node[]; outputs: Value[] } {
  const made = new Set(nodes.flatMap((node) => node.outputs))
  const added: Node[] = []
  const isolated = outputs.map((value) => {
    if (made.delete(value)) return value
    const copy = new Value(value.shape, value.dtype, graph)
    const node: Node = {
      op: 'Identity',
      domain: '',
      inputs: [value],
      outputs: [copy],
      attributes: {},
      body: null,
    }
    copy.producer = node
    added.push(node)
    return copy
  })
  return { nodes: [...nodes, ...added], outputs: isolated }
}
