/**
 * Transposes of matrices around Gemm become its flags: Gemm(a, Transpose(b)) → Gemm(a, b, transB), and
 * Transpose(Gemm(a, b)) → Gemm(b, a) with both flags turned. For the graph's top only: inside a loop a weight that is
 * transposed once, outside, is faster to multiply by than one that every step transposes.
 */
import type { Node, Value } from '../trace/ir.js'
import { countUses } from './uses.js'

const isMatrixTranspose = (node: Node | null): node is Node =>
  node?.op === 'Transpose' && (node.attributes.perm as number[]).join() === '1,0'

function foldInputs(node: Node): void {
  const flags = ['transA', 'transB'] as const
  flags.forEach((flag, i) => {
    const producer = (node.inputs[i] as Value).producer
    if (!isMatrixTranspose(producer)) return
    node.inputs = node.inputs.with(i, producer.inputs[0] as Value)
    node.attributes = { ...node.attributes, [flag]: 1 - (node.attributes[flag] as number) }
  })
}

/** Turns `node`, the transpose of a product, into the product of the transposes in the other order. */
function becomeProduct(node: Node, { inputs: [a, b], attributes }: Node): void {
  node.op = 'Gemm'
  node.inputs = [b as Value, a as Value]
  node.attributes = { transA: 1 - (attributes.transB as number), transB: 1 - (attributes.transA as number) }
}

export function foldTransposes(nodes: readonly Node[], outputs: readonly Value[]): Node[] {
  const uses = countUses(nodes, outputs)
  const gone = new Set<Node>()
  for (const node of nodes) {
    const product = node.inputs[0]?.producer
    const fits =
      product?.op === 'Gemm' && product.inputs.length === 2 && uses.get(node.inputs[0] as Value) === 1
    if (isMatrixTranspose(node) && product && fits && product.outputs[0]?.graph === node.outputs[0]?.graph) {
      gone.add(product)
      becomeProduct(node, product)
    }
    if (node.op === 'Gemm') foldInputs(node)
  }
  return nodes.filter((node) => !gone.has(node))
}
