/**
 * Σ_t of a body value as one operation on stacked operands after the loop: Σ_t A_tᵀ·B_t is one product of the
 * [T·N, …] stacks, which a processor does many times faster than T small products that each read and write the
 * whole gradient of a weight.
 */
import { add, concat, matMul, mul, reduce, reshape, slice, transpose, uniform } from './algebra.js'
import { currentBuilder } from './current-builder.js'
import type { Node, Value } from './ir.js'
import type { ScanPlan } from './scan-loop.js'

/** Makes the finished sum; to be called after the loop has been emitted. */
type Sum = () => Value

/** Numbers in a sum that stays in the processor's cache from step to step, beside what else a step needs. */
const LARGEST_IN_LOOP = 100_000

/**
 * Whether Σ_t A_t·B_tᵀ is better added up step by step: that spares stacking A, and bringing both stacks into the
 * layout of one product, an eighth of the time of an LSTM with 64 units. Several threads share one large product
 * better than many small ones.
 */
function staysInCache(a: Value, b: Value): boolean {
  const [rows, columns] = [a.shape[0] as number, b.shape[0] as number]
  return currentBuilder().threads === 1 && rows * columns <= LARGEST_IN_LOOP
}

export class SumsOverTime {
  /** Body values whose sum the loop must keep in its state. */
  readonly accumulated: Value[] = []
  /** Body values that the loop must return stacked along time. */
  readonly stacked: Value[] = []
  private accumulatedSums: Value[] = []
  private stackedValues: Value[] = []
  private xGradients: (Value | null)[] = []
  private besideEachOther = new Map<Value, Value>()

  constructor(
    private readonly scan: ScanPlan,
    private readonly arriving: Value[],
  ) {}

  /** How Σ_t `gradient` will be had. */
  plan(gradient: Value): Sum {
    if (!this.isInside(gradient)) return () => mul(gradient, uniform(this.scan.length, []))
    return this.asOneOperation(gradient) ?? this.accumulate(gradient)
  }

  acceptAccumulated(values: Value[]): void {
    this.accumulatedSums = values
  }

  acceptStacked(values: Value[]): void {
    this.stackedValues = values
  }

  /** @param gradients of the scan's xs, null where there is none. */
  acceptXGradients(gradients: (Value | null)[]): void {
    this.xGradients = gradients
  }

  private isInside(value: Value): boolean {
    return value.graph === this.scan.body.graph
  }

  private accumulate(gradient: Value): Sum {
    const index = this.accumulated.push(gradient) - 1
    return () => this.accumulatedSums[index] as Value
  }

  /** A_t·B_tᵀ added up in the loop, with the smaller one on the left. */
  private accumulateProduct(a: Value, b: Value): Sum {
    const turned = (a.shape[0] as number) > (b.shape[0] as number)
    const [left, right] = turned ? [b, a] : [a, b]
    const builder = currentBuilder()
    const sum = this.accumulate(builder.within(this.scan.body.graph, () => matMul(left, right, false, true)))
    return turned ? () => transpose(sum(), [1, 0]) : sum
  }

  private asOneOperation(value: Value): Sum | null {
    const node = value.producer
    if (!this.isInside(value) || !node) return null
    if (node.op === 'Add') return this.sumOfSums(node)
    if (node.op === 'Gemm') return this.sumOfProducts(node)
    if (node.op === 'FusedMatMul') return this.sumOfBatchedProducts(node)
    if (node.op === 'ReduceSum') return this.sumOfReductions(node)
    if (node.op === 'Reshape') return this.through(node, (sum) => reshape(sum, value.shape))
    if (node.op === 'Transpose')
      return this.through(node, (sum) => transpose(sum, node.attributes.perm as number[]))
    return null
  }

  private through(node: Node, apply: (sum: Value) => Value): Sum | null {
    const inner = this.asOneOperation(node.inputs[0] as Value)
    return inner && (() => apply(inner()))
  }

  private sumOfSums(node: Node): Sum | null {
    const [a, b] = node.inputs as [Value, Value]
    if (a.shape.join() !== b.shape.join()) return null
    const left = this.asOneOperation(a)
    const right = left && this.asOneOperation(b)
    return left && right && (() => add(left(), right()))
  }

  /**
   * Σ_t A_tᵀ·B_t with A_t [N, I], B_t [N, J]: the stacks [T·N, I] and [T·N, J] multiplied once. Σ_t A_t·B_tᵀ with
   * A_t [I, N], B_t [J, N]: the stacks side by side, [I, T·N] and [J, T·N].
   */
  private sumOfProducts({ inputs, attributes }: Node): Sum | null {
    const [a, b] = inputs as [Value, Value]
    if (inputs.length !== 2 || attributes.transA === attributes.transB) return null
    if (!this.isInside(a) || !this.isInside(b)) return null
    if (attributes.transB === 1 && staysInCache(a, b)) return this.accumulateProduct(a, b)
    const as = this.stackOf(a)
    if (attributes.transB === 1) return this.productWithParts(as, this.stacksOfParts(b))
    const bs = this.stackOf(b)
    const flatten = (stack: Value) =>
      reshape(stack, [(stack.shape[0] as number) * (stack.shape[1] as number), stack.shape[2] as number])
    return () => matMul(flatten(as()), flatten(bs()), true, false)
  }

  /**
   * Σ_t A_t·[B_t; C_t; …]ᵀ, each part by itself: as a rule the sum is the gradient of weights that were put together, and
   * is taken apart again. What has equal columns of one number costs no product.
   */
  private productWithParts(as: Sum, parts: Sum[]): Sum {
    const productWith = (rows: Value, part: Value) =>
      part.uniform === undefined
        ? matMul(rows, this.sideBySide(part), false, true)
        : mul(reduce('ReduceSum', rows, [1], true), uniform(part.uniform, [1, part.shape[1] as number]))
    return () => {
      const rows = this.sideBySide(as())
      return concat(
        parts.map((part) => productWith(rows, part())),
        1,
      )
    }
  }

  /**
   * The stacks `[T, I, N]` of what the forward loop has put together to `value`, else its own. Slices, also of what the loop
   * walks along: as a rule that is a transposed argument, and to be brought side by side it would be transposed anew, slowly.
   */
  private stacksOfParts(value: Value): Sum[] {
    const { residuals, length } = this.scan
    const whole = residuals.get(value)
    const { op, attributes, inputs: parts = [] } = value.producer ?? {}
    if (!whole || op !== 'Concat' || attributes?.axis !== 0) return [this.stackOf(value)]
    let end = 0
    return parts.map((part) => {
      const [rows, columns] = part.shape as [number, number]
      const start = end
      end += rows
      if (part.uniform !== undefined) return () => uniform(part.uniform as number, [length, rows, columns])
      return () => slice(whole, [0, start, 0], [length, rows, columns])
    })
  }

  /** The same with a batch axis in front: [T, G, N, I] is brought to [G, T·N, I]. */
  private sumOfBatchedProducts({ inputs, attributes }: Node): Sum | null {
    const [a, b] = inputs as [Value, Value]
    if (attributes.transA !== 1 || attributes.transB !== 0 || a.rank !== 3 || b.rank !== 3) return null
    if (a.shape[0] !== b.shape[0] || !this.isInside(a) || !this.isInside(b)) return null
    const [as, bs] = [this.stackOf(a), this.stackOf(b)]
    const byBatch = (stack: Value) => {
      const [time, batch, rows, columns] = stack.shape as [number, number, number, number]
      return reshape(transpose(stack, [1, 0, 2, 3]), [batch, time * rows, columns])
    }
    return () => matMul(byBatch(as()), byBatch(bs()), true, false)
  }

  private sumOfReductions({ inputs, attributes }: Node): Sum | null {
    const [x, axesConstant] = inputs as [Value, Value]
    const constant = axesConstant.constant
    if (!this.isInside(x) || !constant || !('data' in constant)) return null
    const axes = [0, ...Array.from(constant.data as BigInt64Array, (axis) => Number(axis) + 1)]
    const stack = this.stackOf(x)
    const isSumOfRows = axes.join() === '0,2'
    // keepdims would keep the time axis too: sum first, then give the reduced axes back.
    const shape = x.shape.map((dimension, i) => (axes.includes(i + 1) ? 1 : dimension))
    return () => {
      // What lies side by side for a product already is summed faster from there, along the memory.
      const rows = isSumOfRows && this.besideEachOther.get(stack())
      const sum = rows ? reduce('ReduceSum', rows, [1], false) : reduce('ReduceSum', stack(), axes, false)
      return attributes.keepdims ? reshape(sum, shape) : sum
    }
  }

  /** `[T, I, N]` → `[I, T·N]` */
  private sideBySide(stack: Value): Value {
    const before = this.besideEachOther.get(stack)
    if (before) return before
    const [time, rows, columns] = stack.shape as [number, number, number]
    const beside = reshape(transpose(stack, [1, 0, 2]), [rows, time * columns])
    this.besideEachOther.set(stack, beside)
    return beside
  }

  /** A body value stacked along time: a residual, an input, a gradient that arrives or leaves, or an extra output. */
  stackOf(value: Value): Sum {
    const { body, inputs, residuals, length } = this.scan
    const residual = residuals.get(value)
    if (residual) return () => residual
    const x = inputs.xs[body.x.indexOf(value)]
    if (x) return () => x
    const cotangent = body.cotangents.indexOf(value)
    if (cotangent >= body.carry.length) return () => this.arriving[cotangent] as Value
    const leaving = body.gradients.indexOf(value) - body.carry.length
    if (leaving >= 0 && leaving < body.x.length) return () => this.xGradients[leaving] as Value
    if (value.producer?.op === 'Reshape') {
      const before = this.stackOf(value.producer.inputs[0] as Value)
      return () => reshape(before(), [length, ...value.shape])
    }
    const index = this.stacked.includes(value) ? this.stacked.indexOf(value) : this.stacked.push(value) - 1
    return () => this.stackedValues[index] as Value
  }
}
