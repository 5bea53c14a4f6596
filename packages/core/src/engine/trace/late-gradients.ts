/**
 * Gradients towards a scan's inputs that nothing in the reverse loop waits for. In W·[x; h] the gradient towards [x; h]
 * is one product with Wᵀ a step, of which only the rows for h travel on: the rows for x are multiplied after the loop,
 * for all steps at once.
 */
import { countUses } from '../passes/uses.js'
import { split } from './algebra.js'
import { type Node, reachable, type Value } from './ir.js'
import type { TracedBody } from './scan-body.js'

/** The gradient towards an x of a scan as `weights`·`factor` at every step. */
export interface LateGradient {
  /** Which of the body's gradients. */
  index: number
  /** From outside the loop, `[D, N]`. */
  weights: Value
  /** Inside the loop, `[N, B]`. */
  factor: Value
}

/** Takes them out of the body, where what is left of their products stays. */
export function takeOutLateGradients(body: TracedBody): LateGradient[] {
  const gradients = body.gradients.filter((gradient) => gradient !== null)
  const uses = countUses(reachable(body.graph.nodes, gradients), gradients)
  return body.x.flatMap((_, j) => {
    const index = body.carry.length + j
    const gradient = body.gradients[index]
    const late = gradient && uses.get(gradient) === 1 ? rowsOfProduct(gradient, uses) : null
    return late ? [{ index, ...takeOut(late, gradient as Value, body) }] : []
  })
}

interface RowsOfProduct {
  split: Node
  weights: Value
  factor: Value
}

/** What makes `gradient`, if that is one of two blocks of rows of a product with weights from outside. */
function rowsOfProduct(gradient: Value, uses: ReadonlyMap<Value, number>): RowsOfProduct | null {
  const split = gradient.producer
  const product = split?.inputs[0] as Value
  if (split?.op !== 'Split' || split.attributes.axis !== 0 || split.outputs.length !== 2) return null
  const gemm = product.producer
  if (gemm?.op !== 'Gemm' || gemm.inputs.length !== 2 || uses.get(product) !== 1) return null
  if (gemm.attributes.transA !== 0 || gemm.attributes.transB !== 0) return null
  const [weights, factor] = gemm.inputs as [Value, Value]
  const isShared = weights.graph.depth < gradient.graph.depth && factor.graph === gradient.graph
  return isShared ? { split, weights, factor } : null
}

function takeOut(
  { split: node, weights, factor }: RowsOfProduct,
  gradient: Value,
  body: TracedBody,
): Omit<LateGradient, 'index'> {
  const at = node.outputs.indexOf(gradient)
  const rest = node.outputs[1 - at] as Value
  const blocks = split(
    weights,
    node.outputs.map(({ shape }) => shape[0] as number),
    0,
  )
  const product: Node = {
    op: 'Gemm',
    domain: '',
    inputs: [blocks[1 - at] as Value, factor],
    outputs: [rest],
    attributes: { transA: 0, transB: 0 },
    body: null,
    origin: node.origin,
  }
  rest.producer = product
  body.graph.nodes.splice(body.graph.nodes.indexOf(node), 1, product)
  return { weights: blocks[at] as Value, factor }
}
