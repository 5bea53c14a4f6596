/**
 * Gradients that do not arrive: where only the last state of a loop is used, the gradients of all its outputs are zero.
 * Adding them at every step would read as many zeros as there are outputs.
 */
import { type Node, sameShape, type Value } from './ir.js'

/**
 * @param nodes of a reverse loop, in order.
 * @param absent body values that are zero at every step.
 * @returns nodes without additions of these, and what to read instead of what such an addition made.
 */
export function withoutAbsent(
  nodes: readonly Node[],
  absent: ReadonlySet<Value>,
): { nodes: Node[]; resolve: (value: Value) => Value } {
  const instead = new Map<Value, Value>()
  const resolve = (value: Value) => instead.get(value) ?? value
  const kept = nodes.flatMap((node) => {
    const [a, b] = node.inputs.map(resolve)
    const [sum] = node.outputs as [Value]
    if (node.op !== 'Add' || !a || !b) return [node]
    const rest = absent.has(a) ? b : absent.has(b) ? a : null
    if (!rest || !sameShape(rest.shape, sum.shape)) return [node]
    instead.set(sum, rest)
    return []
  })
  return { nodes: kept.map((node) => rewired(node, resolve)), resolve }
}

function rewired(node: Node, resolve: (value: Value) => Value): Node {
  const inputs = node.inputs.map(resolve)
  if (inputs.every((input, i) => input === node.inputs[i])) return node
  const copy = { ...node, inputs }
  for (const output of copy.outputs) output.producer = copy
  return copy
}
