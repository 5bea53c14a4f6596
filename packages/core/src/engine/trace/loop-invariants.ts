/**
 * Work of a reverse loop that waits for nothing: the derivative of a gate, say, depends on what the forward loop saved
 * and not on the gradient that travels back. Done for all steps at once, outside, it is one operation instead of T.
 */
import { node as emitNode, reshape } from './algebra.js'
import type { Node, Value } from './ir.js'

/** Operators that treat every number alike, so that a time axis in front changes nothing. */
export const elementwise = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Neg',
  'Cast',
  'Not',
  'Sigmoid',
  'Tanh',
  'Exp',
  'Sqrt',
  'Reciprocal',
  'Where',
])

/**
 * Slices with more axes (the energies of attention, [B, K, S, A]) stay in the loop: there they stay in the processor's
 * cache, all steps together would not. Axes are counted, not numbers: open sizes are not known here.
 */
const mostAxes = 3

/** Inside value → the same stacked along time, outside. */
export type Stacks = ReadonlyMap<Value, Value>

/** @returns the nodes that must stay in the loop, and `stacks` with the results of the others. */
export function hoistInvariants(
  nodes: readonly Node[],
  stacks: Stacks,
  length: number,
): { nodes: Node[]; stacks: Stacks } {
  const known = new Map(stacks)
  const kept = nodes.filter((node) => {
    const stacked = stackedResult(node, known, length)
    if (stacked) known.set(node.outputs[0] as Value, stacked)
    return !stacked
  })
  return { nodes: kept, stacks: known }
}

/** Whether a node of the loop can be done for all steps at once, once the values in `known` are there for all. */
export function isInvariant(node: Node, known: { has(value: Value): boolean }): boolean {
  const [output] = node.outputs as [Value]
  if (output.rank > mostAxes) return false
  if (node.op === 'Reshape') return known.has(node.inputs[0] as Value)
  if (!elementwise.has(node.op) || !node.inputs.some((input) => known.has(input))) return false
  return node.inputs.every((input) =>
    known.has(input)
      ? input.rank === output.rank
      : input.graph.depth < output.graph.depth && input.rank <= output.rank,
  )
}

function stackedResult(node: Node, stacks: Stacks, length: number): Value | null {
  if (!isInvariant(node, stacks)) return null
  const [output] = node.outputs as [Value]
  const inputs = node.inputs.map((input) => stacks.get(input) ?? input)
  if (node.op === 'Reshape') return reshape(inputs[0] as Value, [length, ...output.shape])
  return emitNode(node.op, inputs, [length, ...output.shape], output.dtype, node.attributes)
}
