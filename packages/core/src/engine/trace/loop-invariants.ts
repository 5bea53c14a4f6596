/**
 * Work of a reverse loop that waits for nothing: the derivative of a gate, say, depends on what the forward loop saved
 * and not on the gradient that travels back. Done for all steps at once, outside, it is one operation instead of T.
 */
import { node as emitNode, reshape } from './algebra.js'
import type { Node, Value } from './ir.js'

/** Operators that treat every number alike, so that a time axis in front changes nothing. */
const elementwise = new Set([
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

function stackedResult(node: Node, stacks: Stacks, length: number): Value | null {
  const [output] = node.outputs as [Value]
  if (output.rank > mostAxes) return null
  const [first] = node.inputs.map((input) => stacks.get(input))
  if (node.op === 'Reshape') return first ? reshape(first, [length, ...output.shape]) : null
  if (!elementwise.has(node.op) || !node.inputs.some((input) => stacks.has(input))) return null
  const fits = node.inputs.every((input) =>
    stacks.has(input)
      ? input.rank === output.rank
      : input.graph.depth < output.graph.depth && input.rank <= output.rank,
  )
  if (!fits) return null
  const inputs = node.inputs.map((input) => stacks.get(input) ?? input)
  return emitNode(node.op, inputs, [length, ...output.shape], output.dtype, node.attributes)
}
