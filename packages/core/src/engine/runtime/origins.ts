/** What ONNX Runtime says about a node of the graph, said about the operation and the line that the node comes from. */
import { EngineError } from '../../errors.js'
import { type Node, nodeName } from '../trace/ir.js'

/** @throws EngineError like that of `work`; where its message names a node, with the operation and the user's line. */
export async function withOrigins<T>(nodes: readonly Node[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const origin = error instanceof EngineError ? originIn(error.received, nodes) : undefined
    if (!origin) throw error
    throw new EngineError({
      argument: origin.line || 'ONNX Runtime',
      expected: `ONNX Runtime to build and run ${origin.operation}`,
      received: (error as EngineError).received,
      cause: (error as EngineError).cause,
    })
  }
}

function originIn(message: string, nodes: readonly Node[]): Node['origin'] {
  const names = new Set(message.match(/%\d+/g))
  const visit = (list: readonly Node[]): Node | undefined => {
    for (const node of list) {
      if (names.has(nodeName(node))) return node
      const inside = node.body ? visit(node.body.nodes) : undefined
      if (inside) return inside
    }
    return undefined
  }
  return visit(nodes)?.origin
}
