/** Removes nodes nobody reads, and the stacked outputs of scans that nobody reads. */
import { freeValues, type Node, type Value } from '../trace/ir.js'

/** Stacked outputs of a Scan that are read; states always stay, and at least one output must. */
function pruneScan(node: Node, live: ReadonlySet<Value>): void {
  const body = node.body
  if (!body) return
  const states = node.inputs.length - (node.attributes.num_scan_inputs as number)
  const kept = node.outputs.flatMap((output, i) => (i < states || live.has(output) ? [i] : []))
  if (kept.length === 0) kept.push(0)
  const directions = node.attributes.scan_output_directions as number[]
  node.outputs = kept.map((i) => node.outputs[i] as Value)
  body.outputs = kept.map((i) => body.outputs[i] as Value)
  node.attributes.scan_output_directions = kept
    .filter((i) => i >= states)
    .map((i) => directions[i - states] as number)
  body.nodes = dropDead(body.nodes, body.outputs)
}

export function dropDead(nodes: readonly Node[], outputs: readonly Value[]): Node[] {
  const live = new Set(outputs)
  const kept: Node[] = []
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as Node
    if (!node.outputs.some((output) => live.has(output))) continue
    pruneScan(node, live)
    for (const input of node.inputs) live.add(input)
    if (node.body) for (const value of freeValues(node.body)) live.add(value)
    kept.push(node)
  }
  return kept.reverse()
}
