/**
 * Symbolic sizes. TensorFlow.js wants concrete shapes, so a size that shall stay open (batch, length) is traced as a
 * prime number that occurs nowhere else; wherever a multiple of it turns up in the graph, it stands for that size.
 * Every function is traced twice, with other primes the second time: a number that changes without being a multiple
 * (T + 1, 1 / B) would otherwise be frozen in silence.
 */
import { TraceError } from '../../errors.js'

const primes = [
  101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199,
] as const

/** coefficient · Π symbol^power: what a size can be. */
export interface SymbolicSize {
  coefficient: number
  /** Symbol names, repeated by power, in order of declaration. */
  symbols: string[]
}

/** One choice of a prime for every symbol. */
export type Assignment = ReadonlyMap<string, number>

/** Two choices of primes that divide none of the sizes in use. */
export function assignPrimes(
  symbols: readonly string[],
  sizesInUse: Iterable<number>,
): [Assignment, Assignment] {
  const sizes = [...sizesInUse]
  const free = primes.filter((prime) => sizes.every((size) => size % prime !== 0))
  if (free.length < 2 * symbols.length)
    throw new TraceError({
      argument: 'axes',
      expected: `at most ${Math.floor(free.length / 2)} symbolic sizes`,
      received: `${symbols.length}`,
    })
  const choose = (offset: number) =>
    new Map(symbols.map((symbol, i) => [symbol, free[2 * i + offset] as number]))
  return [choose(0), choose(1)]
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

/** The name of a size in a declared shape, such as `B`, `B*K` or `4`. */
export function sizeLabel({ coefficient, symbols }: SymbolicSize): number | string {
  if (symbols.length === 0) return coefficient
  return [...(coefficient === 1 ? [] : [coefficient]), ...symbols].join('*')
}
