/**
 * Gradients towards a scan's inputs that nothing in the reverse loop waits for. In W·[x; 1; h] the gradient towards
 * [x; 1; h] is one product with Wᵀ a step, of which only the rows for h travel on: the rows for x are multiplied after
 * the loop, for all steps at once, and those for the ones of the bias never.
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
  /** Which of the blocks of rows the loop goes on with. */
  rest: number
  weights: Value
  factor: Value
}

/** What makes `gradient`, if that is a block of rows of a product with weights from outside, and one other is used. */
function rowsOfProduct(gradient: Value, uses: ReadonlyMap<Value, number>): RowsOfProduct | null {
  const split = gradient.producer
  const product = split?.inputs[0] as Value
  if (split?.op !== 'Split' || split.attributes.axis !== 0) return null
  const others = split.outputs.filter((output) => output !== gradient && uses.has(output))
  if (others.length !== 1) return null
  const gemm = product.producer
  if (gemm?.op !== 'Gemm' || gemm.inputs.length !== 2 || uses.get(product) !== 1) return null
  if (gemm.attributes.transA !== 0 || gemm.attributes.transB !== 0) return null
  const [weights, factor] = gemm.inputs as [Value, Value]
  const isShared = weights.graph.depth < gradient.graph.depth && factor.graph === gradient.graph
  return isShared ? { split, rest: split.outputs.indexOf(others[0] as Value), weights, factor } : null
}

function takeOut(
  { split: node, rest, weights, factor }: RowsOfProduct,
  gradient: Value,
  body: TracedBody,
): Omit<LateGradient, 'index'> {
  const at = node.outputs.indexOf(gradient)
  const remaining = node.outputs[rest] as Value
  const blocks = split(
    weights,
    node.outputs.map(({ shape }) => shape[0] as number),
    0,
  )
  const product: Node = {
    op: 'Gemm',
    domain: '',
    inputs: [blocks[rest] as Value, factor],
    outputs: [remaining],
    attributes: { transA: 0, transB: 0 },
    body: null,
    origin: node.origin,
  }
  remaining.producer = product
  body.graph.nodes.splice(body.graph.nodes.indexOf(node), 1, product)
  return { weights: blocks[at] as Value, factor }
}
