/**
 * Symbolic sizes. TensorFlow.js wants concrete shapes, so a size that shall stay open (batch, length) is traced as a
 * prime number that occurs nowhere else; wherever a multiple of it turns up in the graph, it stands for that size.
 * Every function is traced twice, with other primes the second time: a number that changes without being a multiple
 * (T + 1, 1 / B) would otherwise be frozen in silence.
 */
import { TraceError } from '../../errors.js'

const primes = [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89] as const

/** coefficient · Π symbol^power: what a size can be. */
export interface SymbolicSize {
  coefficient: number
  /** Symbol names, repeated by power, in order of declaration. */
  symbols: string[]
}

/** One choice of a prime for every symbol. */
export type Assignment = ReadonlyMap<string, number>

/**
 * Two choices of primes that divide none of the sizes in use. The second one descends where the first one ascends, so
 * that sums of a size and a small number (S − 2) cannot look like another size in both.
 */
export function assignPrimes(
  symbols: readonly string[],
  sizesInUse: Iterable<number>,
): [Assignment, Assignment] {
  const free = primesBeside([...sizesInUse])
  const count = symbols.length
  if (free.length < 2 * count)
    throw new TraceError({
      argument: 'axes',
      expected: `at most ${Math.floor(free.length / 2)} open sizes`,
      received: `${count}`,
    })
  const choose = (place: (i: number) => number) =>
    new Map(symbols.map((symbol, i) => [symbol, free[place(i)] as number]))
  return [choose((i) => i), choose((i) => 2 * count - 1 - i)]
}

/** Whether `assignPrimes` has enough of them. */
export function hasPrimes(symbols: readonly string[], sizesInUse: readonly number[]): boolean {
  return primesBeside(sizesInUse).length >= 2 * symbols.length
}

function primesBeside(sizes: readonly number[]): number[] {
  return primes.filter((prime) => sizes.every((size) => size % prime !== 0))
}

export function factorise(value: number, assignment: Assignment): SymbolicSize {
  const symbols: string[] = []
  let coefficient = value
  for (const [symbol, prime] of assignment)
    while (coefficient !== 0 && coefficient % prime === 0) {
      coefficient /= prime
      symbols.push(symbol)
    }
  return { coefficient, symbols }
}

/** What a size that was `a` in the first trace and `b` in the second is; null when it is no product of symbols. */
export function symbolicSize(
  a: number,
  b: number,
  first: Assignment,
  second: Assignment,
): SymbolicSize | null {
  if (a === b) return { coefficient: a, symbols: [] }
  const [inFirst, inSecond] = [factorise(a, first), factorise(b, second)]
  const same =
    inFirst.coefficient === inSecond.coefficient && inFirst.symbols.join() === inSecond.symbols.join()
  return same ? inFirst : null
}

/** The size in numbers, once the symbols are known. */
export function evaluateSize(
  { coefficient, symbols }: SymbolicSize,
  sizes: ReadonlyMap<string, number>,
): number {
  return symbols.reduce((product, symbol) => product * (sizes.get(symbol) as number), coefficient)
}

/** Likewise all of a shape. */
export function evaluateShape(shape: readonly SymbolicSize[], sizes: ReadonlyMap<string, number>): number[] {
  return shape.map((size) => evaluateSize(size, sizes))
}

/** The name of a size in a declared shape, such as `B`, `B*K` or `4`. */
export function sizeLabel({ coefficient, symbols }: SymbolicSize): number | string {
  if (symbols.length === 0) return coefficient
  return [...(coefficient === 1 ? [] : [coefficient]), ...symbols].join('*')
}
