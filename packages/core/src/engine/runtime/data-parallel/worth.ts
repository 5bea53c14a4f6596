/** Which way a batch runs fastest: division needs work enough, not too many weights, and far more work than weights. */
import type { LoweredFunction } from '../../lower.js'
import { evaluateSize, type SymbolicSize } from '../../symbolic/symbols.js'
import type { Node, Value } from '../../trace/ir.js'

/**
 * `divided`: replicas share the rows. `whole`: threads share every operation. `alone`: one thread does all; others would
 * hardly help, and be awake for a while when the next batch needs their processors.
 */
export type Way = 'divided' | 'whole' | 'alone'

/** Multiply-adds, from which on it pays to wake other threads at all. */
const leastForThreads = 1e7
/**
 * Multiply-adds, from which on handing over costs less than it saves. Measured on two cores: a step of training an LSTM
 * forecaster is even at 30 million (B 32, T 96, H 32) and a third faster at 300 million (64, 96, 64).
 */
const leastWork = 5e7
/**
 * Multiply-adds for each number that every replica gets or gives back (weights, gradients). An LSTM of 256 units over 20
 * steps has 1900 and gains; a translator with a vocabulary of 8000 has 600 to 1000 and loses.
 */
const leastWorkPerNumber = 1500
/**
 * Numbers that every replica gets or gives back: more of them are in no cache, and better read once for all rows. An LSTM
 * of 384 units has 2.4 million and gains up to a twelfth, one of 512 has 4.2 million and gains nothing.
 */
const mostNumbers = 3e6

/** A sum of products of open sizes. */
type Sum = SymbolicSize[]

export class Worth {
  private readonly work: Sum
  private readonly copied: Sum

  /** @param axis counts the rows. */
  constructor({ inputs, outputs, nodes, sizesOf }: LoweredFunction<unknown>, axis: string) {
    const ports = [...inputs.map(({ value }) => value), ...outputs]
    const withoutRows = ports.filter((value) =>
      sizesOf(value).every(({ symbols }) => !symbols.includes(axis)),
    )
    this.work = collected(multiplyAdds(nodes, sizesOf))
    this.copied = collected(withoutRows.map((value) => product(sizesOf(value))))
  }

  /** @param sizes the open sizes of a batch. */
  wayOf(sizes: ReadonlyMap<string, number>): Way {
    const total = (sum: Sum) => sum.reduce((subtotal, term) => subtotal + evaluateSize(term, sizes), 0)
    const work = total(this.work)
    if (work < leastForThreads) return 'alone'
    if (work < leastWork) return 'whole'
    const numbers = total(this.copied)
    return numbers > mostNumbers || work < leastWorkPerNumber * numbers ? 'whole' : 'divided'
  }
}

type SizesOf = (value: Value) => SymbolicSize[]

/** Of all that is multiplied, in loops as often as they go round. */
function multiplyAdds(nodes: readonly Node[], sizesOf: SizesOf): Sum {
  return nodes.flatMap((node) => {
    if (node.body) {
      const steps = stepsOf(node, sizesOf)
      return multiplyAdds(node.body.nodes, sizesOf).map((term) => product([steps, term]))
    }
    return ofOperator[node.op]?.(node, sizesOf) ?? []
  })
}

/** A Scan's last inputs are walked through along their first axis. */
function stepsOf({ inputs }: Node, sizesOf: SizesOf): SymbolicSize {
  return sizesOf(inputs.at(-1) as Value)[0] as SymbolicSize
}

const ofOperator: Readonly<Record<string, (node: Node, sizesOf: SizesOf) => Sum>> = {
  Gemm: ofProduct,
  MatMul: ofProduct,
  FusedMatMul: ofProduct,
  LSTM: ofRecurrence,
  GRU: ofRecurrence,
  // Every number of the result, of the input: the weights of one channel.
  Conv: ({ inputs, outputs }, sizesOf) => [
    product([...sizesOf(outputs[0] as Value), ...sizesOf(inputs[1] as Value).slice(1)]),
  ],
  ConvTranspose: ({ inputs }, sizesOf) => [
    product([...sizesOf(inputs[0] as Value), ...sizesOf(inputs[1] as Value).slice(1)]),
  ],
}

function ofProduct({ inputs, outputs, attributes }: Node, sizesOf: SizesOf): Sum {
  const inner = sizesOf(inputs[0] as Value).at(attributes.transA === 1 ? -2 : -1) as SymbolicSize
  return [product([inner, ...sizesOf(outputs[0] as Value)])]
}

/** Of inputs `[T, B, D]`, weights `[1, G, D]` and `[1, G, H]`. */
function ofRecurrence({ inputs }: Node, sizesOf: SizesOf): Sum {
  const [x, weightIh, weightHh] = inputs as [Value, Value, Value]
  const steps = sizesOf(x).slice(0, 2)
  return [weightIh, weightHh].map((weights) => product([...steps, ...sizesOf(weights)]))
}

function product(sizes: readonly SymbolicSize[]): SymbolicSize {
  return {
    coefficient: sizes.reduce((all, { coefficient }) => all * coefficient, 1),
    symbols: sizes.flatMap(({ symbols }) => symbols).sort(),
  }
}

/** With one term for each product of open sizes. */
function collected(sum: Sum): Sum {
  const terms = new Map<string, SymbolicSize>()
  for (const { coefficient, symbols } of sum) {
    const known = terms.get(symbols.join())
    if (known) known.coefficient += coefficient
    else terms.set(symbols.join(), { coefficient, symbols })
  }
  return [...terms.values()]
}
