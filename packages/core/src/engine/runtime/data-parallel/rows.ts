/** Rows of arrays along any axis: which part of a batch has which, taken out and put back. */
import { type NdData, sizeOf } from '../../nd-array.js'

/** From `start` up to, not including, `end`. */
export interface RowRange {
  start: number
  end: number
}

/** Where rows lie along an axis of that length, among `rows` of which each has equally many places. */
export function placesOf({ start, end }: RowRange, length: number, rows: number): RowRange {
  const each = length / rows
  return { start: start * each, end: end * each }
}

/** Rows in `parts` ranges of as equal a length as can be, the longer ones first: those of this thread need no copies. */
export function rangesOf(rows: number, parts: number): RowRange[] {
  const bound = (part: number) => Math.ceil((rows * part) / parts)
  return Array.from({ length: parts }, (_, part) => ({ start: bound(part), end: bound(part + 1) }))
}

/** `shape` with another number of rows along `axis`. */
export function withRows(shape: readonly number[], axis: number, rows: number): number[] {
  return shape.map((size, i) => (i === axis ? rows : size))
}

/** Copies rows out of an array of that shape; `into` holds them alone. */
export function takeRows(
  from: NdData,
  shape: readonly number[],
  axis: number,
  { start, end }: RowRange,
  into: NdData,
): void {
  eachBlock(shape, axis, (block, rowSize, rows) => {
    const first = block * rows * rowSize
    const length = (end - start) * rowSize
    into.set(from.subarray(first + start * rowSize, first + end * rowSize), block * length)
  })
}

/** Copies rows into an array of that shape; `from` holds them alone. */
export function putRows(
  into: NdData,
  shape: readonly number[],
  axis: number,
  { start, end }: RowRange,
  from: NdData,
): void {
  eachBlock(shape, axis, (block, rowSize, rows) => {
    const length = (end - start) * rowSize
    into.set(from.subarray(block * length, (block + 1) * length), (block * rows + start) * rowSize)
  })
}

/** An array is blocks, one behind the other, of rows that lie one behind the other. */
function eachBlock(
  shape: readonly number[],
  axis: number,
  visit: (block: number, rowSize: number, rows: number) => void,
): void {
  const blocks = sizeOf(shape.slice(0, axis))
  const rowSize = sizeOf(shape.slice(axis + 1))
  for (let block = 0; block < blocks; block++) visit(block, rowSize, shape[axis] as number)
}
