/** Add(Gemm(a, b), c) → Gemm(a, b, c): the sum is made while the product is still in registers. */
import { type Node, sameShape, type Value } from '../trace/ir.js'
import { countUses } from './uses.js'

function canBeBias(bias: Value, product: Value): boolean {
  const [rows, columns] = product.shape as [number, number]
  return [product.shape, [columns], [rows, 1]].some((shape) => sameShape(bias.shape, shape))
}

export function fuseBias(nodes: Node[], outputs: readonly Value[]): Node[] {
  const uses = countUses(nodes, outputs)
  const here = new Set(nodes)
  const gone = new Set<Node>()
  for (const node of nodes) {
    if (node.op !== 'Add') continue
    for (const at of [0, 1]) {
      const product = node.inputs[at] as Value
      const bias = node.inputs[1 - at] as Value
      const gemm = product.producer
      const fits =
        gemm?.op === 'Gemm' && here.has(gemm) && gemm.inputs.length === 2 && uses.get(product) === 1
      if (
        !gemm ||
        !fits ||
        !sameShape(product.shape, node.outputs[0]?.shape ?? []) ||
        !canBeBias(bias, product)
      )
        continue
      gone.add(gemm)
      node.op = 'Gemm'
      node.attributes = gemm.attributes
      node.inputs = [...gemm.inputs, bias]
      break
    }
  }
  return nodes.filter((node) => !gone.has(node))
}
