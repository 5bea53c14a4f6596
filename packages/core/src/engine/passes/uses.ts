/** How often each value is read, inside nested bodies too. */
import type { Node, Value } from '../trace/ir.js'

export function countUses(nodes: readonly Node[], outputs: readonly Value[]): Map<Value, number> {
  const uses = new Map<Value, number>()
  const note = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1)
  const visit = (list: readonly Node[], results: readonly Value[]): void => {
    for (const node of list) {
      node.inputs.forEach(note)
      if (node.body) visit(node.body.nodes, node.body.outputs)
    }
    results.forEach(note)
  }
  visit(nodes, outputs)
  return uses
}
