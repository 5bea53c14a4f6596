/**
 * Products with constant weights in 8-bit integers: x·W ≈ s_x·s_w ∘ (q_x·q_w), one scale s_w for each column of W and
 * one for all of x, which is found anew at every run (dynamic quantisation; Jacob et al. 2018, "Quantization and
 * training of neural networks for efficient integer-arithmetic-only inference", §2). q_w is made by operators on
 * constants, which ONNX Runtime computes once, when the session is built.
 */
import { absentValue, type Graph, type Node, Value, type ValueType } from '../trace/ir.js'

/**
 * Weights are −63 … 63: products of bytes are added in pairs, in 16 bits where a processor has no instruction for
 * more, and with larger ones the sum would not fit. So that all processors give the same numbers.
 */
const LARGEST_WEIGHT = 63
/** Smaller matrices do not pay for looking at x first. */
const SMALLEST_SIDE = 64

/** @param nodes of the graph's top, in order. */
export function quantiseWeights(nodes: readonly Node[], graph: Graph): Node[] {
  const constants = new Set<Value>()
  const isConstant = (value: Value) => value.constant !== null || constants.has(value)
  return nodes.flatMap((node) => {
    if (!node.body && node.inputs.every(isConstant)) {
      for (const output of node.outputs) constants.add(output)
      return [node]
    }
    return isProductWithWeights(node, isConstant) ? quantised(node, graph, isConstant) : [node]
  })
}

function isProductWithWeights(node: Node, isConstant: (value: Value) => boolean): boolean {
  const [x, weights] = node.inputs as [Value, Value]
  const isProduct = node.op === 'MatMul' || (node.op === 'Gemm' && node.attributes.transA === 0)
  return (
    isProduct &&
    !isConstant(x) &&
    isConstant(weights) &&
    weights.rank === 2 &&
    Math.min(...weights.shape) >= SMALLEST_SIDE
  )
}

/** The nodes that take the place of a product. */
function quantised(node: Node, graph: Graph, isConstant: (value: Value) => boolean): Node[] {
  const made: Node[] = []
  const emit = (op: string, inputs: Value[], output: Value, more: Partial<Node> = {}): Value => {
    const added: Node = { op, domain: '', inputs, outputs: [output], attributes: {}, body: null, ...more }
    output.producer = added
    made.push(added)
    return output
  }
  const value = (shape: readonly number[], dtype: ValueType = 'float32') => new Value(shape, dtype, graph)
  const number = (uniform: number) => new Value([], 'float32', graph, { uniform })

  const [x, given, bias] = node.inputs as [Value, Value, Value | undefined]
  const transposed = node.attributes.transB === 1
  const [K, N] = (transposed ? given.shape.toReversed() : given.shape) as [number, number]
  const weights = transposed
    ? emit('Transpose', [given], value([K, N]), { attributes: { perm: [1, 0] } })
    : given
  const size = emit('Abs', [weights], value([K, N]))
  const largest = emit('ReduceMax', [size], value([N]), { attributes: { axes: [0], keepdims: 0 } })
  // A column of zeros has some scale, too.
  const positive = emit('Max', [largest, number(1e-30)], value([N]))
  const scale = emit('Div', [positive, number(LARGEST_WEIGHT)], value([N]))
  const rounded = emit('Round', [emit('Div', [weights, scale], value([K, N]))], value([K, N]))
  const bytes = emit('Cast', [rounded], value([K, N], 'int8'), { attributes: { to: 3 } })

  const [result] = node.outputs as [Value]
  const fits = !bias || (isConstant(bias) && bias.shape.join() === `${N}`)
  const product = fits ? result : value(result.shape)
  emit(
    'DynamicQuantizeMatMul',
    [x, bytes, scale, ...(bias && fits ? [absentValue(graph), bias] : [])],
    product,
    {
      domain: 'com.microsoft',
      origin: node.origin,
    },
  )
  if (bias && !fits) emit('Add', [product, bias], result)
  return made
}
