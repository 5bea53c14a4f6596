/**
 * Stacks that a forward loop need not write: a sum or product of values that are stacked anyway is one operation on
 * whole stacks after the loop, shared by all threads, where a step would write it to memory that is in no cache. A value
 * that also travels on in the carry would be written twice at that.
 */
import type { Node, Value } from './ir.js'
import { hoistInvariants, isInvariant, type Stacks } from './loop-invariants.js'
import type { ScanInputs, TracedBody } from './scan-body.js'

/** Operators that cost less than writing their result in the loop. */
const cheap = new Set(['Add', 'Sub', 'Mul', 'Where'])

/**
 * @param wanted body values that are needed as stacks.
 * @param candidates those among them that may be made afterwards.
 * @returns the nodes that make such values.
 */
export function rebuildableNodes(
  body: TracedBody,
  wanted: readonly Value[],
  candidates: ReadonlySet<Value>,
): Set<Node> {
  const known = new Set([...body.x, ...wanted])
  const inside = wanted.filter((value) => candidates.has(value) && value.graph === body.graph)
  const makers = inside.flatMap(({ producer }) => producer ?? [])
  return new Set(makers.filter((node) => cheap.has(node.op) && isInvariant(node, known)))
}

/** `stacks` with the results of `nodes`, which are in order, for all steps at once. */
export function rebuildStacks(
  nodes: readonly Node[],
  stacks: Stacks,
  { body, inputs, length }: { body: TracedBody; inputs: ScanInputs; length: number },
): Stacks {
  const walked = body.x.map((x, j): [Value, Value] => [x, inputs.xs[j] as Value])
  return hoistInvariants(nodes, new Map([...walked, ...stacks]), length).stacks
}
