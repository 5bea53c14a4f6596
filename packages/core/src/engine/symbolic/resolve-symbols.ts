/**
 * Turns the primes of a symbolic trace into computed sizes: shape vectors become Concat of `Shape`-derived numbers,
 * uniform constants of a symbolic shape become Expand.
 */
import { TraceError } from '../../errors.js'
import { onnxType } from '../trace/algebra.js'
import type { Builder } from '../trace/builder.js'
import type { Node, Value, ValueType } from '../trace/ir.js'
import { type Assignment, factorise, type SymbolicSize, symbolicSize } from './symbols.js'

/** A graph input axis that carries a symbol. */
export interface SymbolOrigin {
  input: Value
  axis: number
}

export interface SymbolContext {
  first: Assignment
  second: Assignment
  origins: ReadonlyMap<string, SymbolOrigin>
}

/**
 * @param nodes the optimised nodes of the first trace; changed in place.
 * @param twins the same of the second trace, in the same order.
 * @returns nodes to be put in front.
 */
export function resolveSymbols(
  builder: Builder,
  nodes: Node[],
  twins: Node[],
  context: SymbolContext,
): Node[] {
  const before = builder.top.nodes.length
  const resolver = new Resolver(builder, context)
  resolver.visit(nodes, twins)
  return builder.top.nodes.slice(before)
}

class Resolver {
  private readonly replacements = new Map<string, Value>()

  constructor(
    private readonly builder: Builder,
    private readonly context: SymbolContext,
  ) {}

  visit(nodes: Node[], twins: Node[]): void {
    if (nodes.length !== twins.length)
      throw sizeDependent('an operation that is there for one size and not for another')
    nodes.forEach((node, i) => {
      const twin = twins[i] as Node
      if (node.op !== twin.op || JSON.stringify(node.attributes) !== JSON.stringify(twin.attributes))
        throw sizeDependent(`operation ${node.op} with other attributes at another size`)
      node.inputs = node.inputs.map((input, k) => this.resolve(input, twin.inputs[k] as Value))
      if (node.body && twin.body) {
        node.body.outputs = node.body.outputs.map((output, k) =>
          this.resolve(output, twin.body?.outputs[k] as Value),
        )
        this.visit(node.body.nodes, twin.body.nodes)
      }
    })
  }

  private resolve(value: Value, twin: Value): Value {
    const { constant } = value
    if (!constant || !twin?.constant) return value
    const key = `${value.id},${twin.id}`
    const known = this.replacements.get(key)
    if (known) return known
    const replacement = 'uniform' in constant ? this.uniform(value, twin) : this.data(value, twin)
    this.replacements.set(key, replacement)
    return replacement
  }

  private uniform(value: Value, twin: Value): Value {
    const sameShape = value.shape.every((size, i) => size === twin.shape[i])
    const sameNumber = Object.is(value.uniform, twin.uniform)
    if (sameShape && sameNumber) return value
    const scalar = sameNumber
      ? this.builder.uniform(value.uniform as number, [], value.dtype)
      : this.number(value.uniform as number, twin.uniform as number, value.dtype)
    if (sameShape && value.rank === 0) return scalar
    const sizes = value.shape.map((size, i) => this.size(size, twin.shape[i] as number))
    return this.builder.one('Expand', [scalar, this.vector(sizes)], value.shape, value.dtype)
  }

  /** A scalar that is an open size, or one divided by it. */
  private number(a: number, b: number, dtype: ValueType): Value {
    const isReciprocal = dtype === 'float32' && Math.abs(a) < 1
    const [x, y] = isReciprocal ? [nearInteger(1 / a), nearInteger(1 / b)] : [a, b]
    const size = this.builder.one(
      'Reshape',
      [this.scalar(this.size(x, y)), this.builder.int64([])],
      [],
      'int64',
    )
    const cast = this.builder.one('Cast', [size], [], dtype, { to: onnxType[dtype] })
    return isReciprocal ? this.builder.one('Reciprocal', [cast], [], dtype) : cast
  }

  private data(value: Value, twin: Value): Value {
    const [a, b] = [contents(value), contents(twin)]
    if (isEqual(a, b)) return value
    if (value.dtype === 'int64' && a.length === b.length)
      return this.vector(Array.from(a, (number, i) => this.size(Number(number), Number(b[i]))))
    if (isCount(a) && isCount(b) && value.rank === 1) return this.count(a.length, b.length, value.dtype)
    throw sizeDependent(`a constant of shape [${value.shape}] whose content depends on the size`)
  }

  /** 0, 1, 2 … up to an open size. */
  private count(a: number, b: number, dtype: ValueType): Value {
    const [start, limit, step] = [
      this.builder.uniform(0, [], 'int64'),
      this.builder.one('Reshape', [this.scalar(this.size(a, b)), this.builder.int64([])], [], 'int64'),
      this.builder.uniform(1, [], 'int64'),
    ]
    const range = this.builder.one('Range', [start, limit, step], [a], 'int64')
    return this.builder.one('Cast', [range], [a], dtype, { to: onnxType[dtype] })
  }

  private size(a: number, b: number): SymbolicSize {
    const { first, second } = this.context
    const size = symbolicSize(a, b, first, second)
    if (!size) throw sizeDependent(`the size ${a}, which is ${b} at another size`)
    return size
  }

  /** int64 vector of sizes. */
  private vector(sizes: SymbolicSize[]): Value {
    const parts = sizes.map((size) => this.scalar(size))
    const [only] = parts
    return parts.length === 1 && only
      ? only
      : this.builder.one('Concat', parts, [parts.length], 'int64', { axis: 0 })
  }

  /** int64 vector of one size. */
  private scalar({ coefficient, symbols }: SymbolicSize): Value {
    const factors = symbols.map((symbol) => this.symbol(symbol))
    if (coefficient !== 1 || factors.length === 0) factors.unshift(this.builder.int64([coefficient]))
    return factors.reduce((product, factor) => this.builder.one('Mul', [product, factor], [1], 'int64'))
  }

  private symbol(symbol: string): Value {
    const { input, axis } = this.context.origins.get(symbol) as SymbolOrigin
    const shape = this.builder.one('Shape', [input], [input.rank], 'int64')
    return this.builder.one('Gather', [shape, this.builder.int64([axis])], [1], 'int64', { axis: 0 })
  }
}

const nearInteger = (x: number): number =>
  Math.abs(x - Math.round(x)) < 1e-3 * Math.abs(x) ? Math.round(x) : x

type Numbers = ArrayLike<number | bigint>

/** A loop: weights have millions of numbers. */
function isEqual(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

function isCount(numbers: Numbers): boolean {
  for (let i = 0; i < numbers.length; i++) if (Number(numbers[i]) !== i) return false
  return true
}

function contents({ constant }: Value): Numbers {
  return constant && 'data' in constant ? constant.data : []
}

function sizeDependent(what: string): TraceError {
  return new TraceError({
    argument: 'axes',
    expected: 'a function in which open sizes occur only as products',
    received: what,
    hint: 'Keep sizes such as T + 1 or 1 / B out of the function: pass them in, or use masks and sums.',
  })
}

/** The declared shape of a value of the first trace. */
export function declaredShape(shape: readonly number[], first: Assignment): SymbolicSize[] {
  return shape.map((size) => factorise(size, first))
}
