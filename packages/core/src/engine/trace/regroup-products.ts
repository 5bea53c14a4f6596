/**
 * (g · a) · b → g · (a · b) in a reverse loop, where the gradient g travels back and the factors a and b wait for
 * nothing: their product then leaves the loop (`loop-invariants.ts`). The derivative of an LSTM's step has five such
 * pairs, of eleven products.
 */
import { countUses } from '../passes/uses.js'
import { type Graph, type Node, sameShape, Value } from './ir.js'
import { isInvariant } from './loop-invariants.js'

/**
 * @param nodes of the reverse loop, in order; their inputs are changed in place.
 * @param available values that are there for all steps before the loop begins.
 * @param outputs of the loop's body.
 */
export function regroupProducts(
  nodes: readonly Node[],
  available: Iterable<Value>,
  outputs: readonly Value[],
): Node[] {
  const waitsForNothing = new Set(available)
  const uses = countUses(nodes, outputs)
  const here = new Set(nodes)
  const gone = new Set<Node>()
  const regrouped = nodes.flatMap((node) => {
    if (isInvariant(node, waitsForNothing)) {
      for (const output of node.outputs) waitsForNothing.add(output)
      return [node]
    }
    const [late, factor] = lateAndEarly(node, waitsForNothing)
    const inner = late?.producer
    if (!late || !factor || !inner || !here.has(inner) || uses.get(late) !== 1) return [node]
    const [gradient, innerFactor] = lateAndEarly(inner, waitsForNothing)
    if (!gradient || !innerFactor) return [node]
    const together = productNode(innerFactor, factor, (node.outputs[0] as Value).graph)
    waitsForNothing.add(together.outputs[0] as Value)
    node.inputs = [gradient, together.outputs[0] as Value]
    gone.add(inner)
    return [together, node]
  })
  return regrouped.filter((node) => !gone.has(node))
}

/** The factors of a product of one that waits and one that does not, of one shape; else nothing. */
function lateAndEarly(node: Node, waitsForNothing: ReadonlySet<Value>): [Value, Value] | [] {
  const [a, b] = node.inputs as [Value, Value]
  const shape = node.outputs[0]?.shape ?? []
  if (node.op !== 'Mul' || !sameShape(a.shape, shape) || !sameShape(b.shape, shape)) return []
  if (waitsForNothing.has(a) === waitsForNothing.has(b)) return []
  return waitsForNothing.has(a) ? [b, a] : [a, b]
}

function productNode(a: Value, b: Value, graph: Graph): Node {
  const output = new Value(a.shape, a.dtype, graph)
  const node: Node = { op: 'Mul', domain: '', inputs: [a, b], outputs: [output], attributes: {}, body: null }
  output.producer = node
  return node
}
