/**
 * Levenshtein distance to one reference within a beam around the diagonal, as sacreBLEU's TER computes it: the beam
 * and the order in which operations are preferred are part of the metric's definition. Words are integers.
 */

const BEAM_WIDTH = 25
const UNREACHED = 0x3fffffff

/** What an alignment does at each step from the hypothesis to the reference. */
export const Operation = { match: 0, substitute: 1, delete: 2, insert: 3 } as const

/** Edit distances from hypotheses of one length to one reference. */
export class BeamEditDistance {
  /** Row i is the hypothesis word i − 1; `costs[i * stride + j − first(i)]` is the distance of the prefixes i and j. */
  private readonly costs: Int32Array
  private readonly operations: Uint8Array
  private readonly firstColumns: Int32Array
  private readonly lastColumns: Int32Array
  private readonly stride: number
  private readonly scratch: [Int32Array, Int32Array]

  /**
   * @param reference the reference's words.
   * @param length the number of words of every hypothesis.
   */
  constructor(
    private readonly reference: Int32Array,
    private readonly length: number,
  ) {
    const ratio = length > 0 ? reference.length / length : 1
    // A reference so much longer that consecutive rows would not overlap gets a wider beam.
    const beam = ratio / 2 > BEAM_WIDTH ? Math.ceil(ratio / 2 + BEAM_WIDTH) : BEAM_WIDTH
    this.stride = Math.max(2 * beam, Math.floor(ratio) + beam) + 1
    this.firstColumns = new Int32Array(length + 1)
    this.lastColumns = new Int32Array(length + 1)
    for (let i = 0; i <= length; i++) {
      const diagonal = Math.floor(i * ratio)
      this.firstColumns[i] = Math.max(0, diagonal - beam)
      this.lastColumns[i] = Math.min(reference.length, diagonal + beam - 1)
    }
    this.lastColumns[0] = Math.min(reference.length, this.stride - 1)
    if (length > 0) this.lastColumns[length] = reference.length
    this.costs = new Int32Array((length + 1) * this.stride)
    this.operations = new Uint8Array((length + 1) * this.stride)
    this.scratch = [new Int32Array(this.stride), new Int32Array(this.stride)]
    for (let j = 0; j < this.stride; j++) this.costs[j] = j
  }

  /**
   * Aligns a hypothesis, and keeps its rows for `distanceFrom`.
   *
   * @param unchanged how many words at its beginning are those of the hypothesis aligned before.
   */
  align(hypothesis: Int32Array, unchanged = 0): { distance: number; operations: number[] } {
    const { costs, operations, stride } = this
    for (let i = unchanged + 1; i <= this.length; i++) {
      const previous = (i - 1) * stride
      this.fillRow(i, hypothesis[i - 1] as number, costs, previous, costs, i * stride, operations)
    }
    return { distance: this.finalCost(costs, this.length * stride), operations: this.trace() }
  }

  /** The distance of a hypothesis whose first `unchanged` words are those of the aligned one. */
  distanceFrom(hypothesis: Int32Array, unchanged: number): number {
    let [row, spare] = this.scratch
    let previous = this.costs
    let offset = unchanged * this.stride
    for (let i = unchanged + 1; i <= this.length; i++) {
      this.fillRow(i, hypothesis[i - 1] as number, previous, offset, row, 0)
      previous = row
      offset = 0
      row = spare
      spare = previous
    }
    return this.finalCost(previous, offset)
  }

  private finalCost(row: Int32Array, offset: number): number {
    if (this.length === 0) return this.reference.length
    return row[offset + this.reference.length - (this.firstColumns[this.length] as number)] as number
  }

  /** Computes row i from row i − 1; of equally cheap operations, match or substitute, then delete, then insert wins. */
  private fillRow(
    i: number,
    word: number,
    above: Int32Array,
    aboveOffset: number,
    row: Int32Array,
    rowOffset: number,
    operations?: Uint8Array,
  ): void {
    const { reference } = this
    const first = this.firstColumns[i] as number
    const last = this.lastColumns[i] as number
    const aboveLast = this.lastColumns[i - 1] as number
    const aboveShift = aboveOffset - (this.firstColumns[i - 1] as number)
    let diagonal = first > 0 ? this.costAbove(i, first - 1, above, aboveShift) : UNREACHED
    let left = UNREACHED
    for (let j = first; j <= last; j++) {
      const top = j <= aboveLast ? (above[aboveShift + j] as number) : UNREACHED
      const isMatch = j > 0 && word === reference[j - 1]
      let cost = isMatch ? diagonal : diagonal + 1
      let operation: number = isMatch ? Operation.match : Operation.substitute
      if (top + 1 < cost) {
        cost = top + 1
        operation = Operation.delete
      }
      if (left + 1 < cost) {
        cost = left + 1
        operation = Operation.insert
      }
      row[rowOffset + j - first] = cost
      if (operations) operations[rowOffset + j - first] = operation
      left = cost
      diagonal = top
    }
  }

  private costAbove(i: number, j: number, above: Int32Array, aboveShift: number): number {
    const inBeam = j >= (this.firstColumns[i - 1] as number) && j <= (this.lastColumns[i - 1] as number)
    return inBeam ? (above[aboveShift + j] as number) : UNREACHED
  }

  /** The operations of the best alignment, first to last. */
  private trace(): number[] {
    const operations: number[] = []
    let i = this.length
    let j = this.reference.length
    while (i > 0 || j > 0) {
      const operation =
        i === 0
          ? Operation.insert
          : (this.operations[i * this.stride + j - (this.firstColumns[i] as number)] as number)
      operations.push(operation)
      if (operation !== Operation.insert) i--
      if (operation !== Operation.delete) j--
    }
    return operations.reverse()
  }
}
