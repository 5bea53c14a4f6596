/** Arrays of the caller that results are written to. */
import { InvalidArgumentError, ShapeError } from '../../errors.js'
import { NdArray, type NdData } from '../nd-array.js'
import { flattenTree } from '../tree.js'

/** By the results' paths. */
export type GivenArrays = ReadonlyMap<string, NdArray>

/** @throws ShapeError unless `target` can hold a result of that shape and type. */
export function requireResultShape(
  target: NdArray,
  shape: readonly number[],
  dtype: string,
  path: string,
): void {
  if (target.dtype === dtype && target.shape.join() === shape.join()) return
  throw new ShapeError({
    argument: path ? `out.${path}` : 'out',
    expected: `${dtype} of shape [${shape}]`,
    received: `${target.dtype} of shape [${target.shape}]`,
  })
}

/** @throws InvalidArgumentError when an array stands where there is no result. */
export function requireResultPaths(given: GivenArrays, pathsOfResult: () => readonly string[]): void {
  if (given.size === 0) return
  const paths = pathsOfResult()
  for (const path of given.keys())
    if (!paths.includes(path))
      throw new InvalidArgumentError({
        argument: `out.${path}`,
        expected: `a place in the result: ${paths.join(', ')}`,
        received: 'none of them',
      })
}

/** @throws InvalidArgumentError when one of `out` lies in the memory of an argument. */
export function givenArrays(out: unknown, args: unknown): GivenArrays {
  const given = new Map(flattenTree<NdArray>(out).map(({ path, leaf }) => [path, leaf]))
  if (given.size === 0) return given
  const arrays = flattenTree(args).filter(({ leaf }) => leaf instanceof NdArray)
  for (const [path, { data }] of given)
    for (const argument of arrays)
      if (overlap(data, (argument.leaf as NdArray).data))
        throw new InvalidArgumentError({
          argument: path ? `out.${path}` : 'out',
          expected: 'memory of its own',
          received: `that of the argument ${argument.path}`,
        })
  return given
}

function overlap(a: NdData, b: NdData): boolean {
  const before = (x: NdData, y: NdData) => x.byteOffset + x.byteLength <= y.byteOffset
  return a.buffer === b.buffer && !before(a, b) && !before(b, a)
}
