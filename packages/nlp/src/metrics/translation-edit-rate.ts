/**
 * The number of edits behind TER (Snover et al. 2006, "A study of translation edit rate with targeted human
 * annotation"): a greedy search for block shifts, each one edit, followed by the edit distance. Which shifts are tried
 * and which of them wins follows Tercom as sacreBLEU has it.
 */
import { BeamEditDistance, Operation } from './beam-edit-distance.js'

const MAX_SHIFT_SIZE = 10
const MAX_SHIFT_DISTANCE = 50
const MAX_SHIFT_CANDIDATES = 1000

/** Moves `length` words from `start` so that they stand before the word that is now at `target`. */
interface Shift {
  start: number
  length: number
  target: number
  /** By how many edits it shortens the distance. */
  gain: number
}

/** Insertions, deletions, substitutions and shifts that turn the hypothesis into the reference. */
export function countEdits(hypothesis: readonly string[], reference: readonly string[]): number {
  if (reference.length === 0) return hypothesis.length
  const ids = new Map<string, number>()
  const encode = (words: readonly string[]) =>
    Int32Array.from(words, (word) => ids.get(word) ?? ids.set(word, ids.size).size - 1)
  const search = new ShiftSearch(encode(hypothesis), encode(reference))
  return search.run()
}

class ShiftSearch {
  private readonly distances: BeamEditDistance
  private readonly shifted: Int32Array
  private candidates = 0

  constructor(
    private words: Int32Array,
    private readonly reference: Int32Array,
  ) {
    this.distances = new BeamEditDistance(reference, words.length)
    this.shifted = new Int32Array(words.length)
  }

  run(): number {
    let { distance, operations } = this.distances.align(this.words)
    for (let shifts = 0; ; shifts++) {
      const best = this.bestShift(distance, new Alignment(operations))
      if (this.candidates >= MAX_SHIFT_CANDIDATES || best === undefined || best.gain <= 0)
        return shifts + distance
      applyShift(this.words, best, this.shifted)
      this.words = this.shifted.slice()
      ;({ distance, operations } = this.distances.align(this.words, Math.min(best.start, best.target)))
    }
  }

  /** The shift with the greatest gain; of equal ones the longest, then the earliest, then the one shifted least far. */
  private bestShift(distance: number, alignment: Alignment): Shift | undefined {
    let best: Shift | undefined
    for (const { start, referenceStart, length } of this.commonPhrases()) {
      if (!alignment.hasErrors(start, referenceStart, length)) continue
      const alignedTo = alignment.positions[referenceStart] as number
      if (start <= alignedTo && alignedTo < start + length) continue
      let previousTarget = -1
      for (let offset = -1; offset < length; offset++) {
        const position = referenceStart + offset
        const target = position < 0 ? 0 : (alignment.positions[position] as number) + 1
        if (target === previousTarget) continue
        previousTarget = target
        const shift = { start, length, target, gain: 0 }
        applyShift(this.words, shift, this.shifted)
        shift.gain = distance - this.distances.distanceFrom(this.shifted, Math.min(start, target))
        this.candidates++
        if (best === undefined || isBetter(shift, best)) best = shift
      }
      if (this.candidates >= MAX_SHIFT_CANDIDATES) break
    }
    return best
  }

  /** Word sequences, and all their beginnings, that stand in the hypothesis and not too far away in the reference. */
  private *commonPhrases(): Generator<{ start: number; referenceStart: number; length: number }> {
    const { words, reference } = this
    for (let start = 0; start < words.length; start++) {
      const end = Math.min(reference.length, start + MAX_SHIFT_DISTANCE + 1)
      for (
        let referenceStart = Math.max(0, start - MAX_SHIFT_DISTANCE);
        referenceStart < end;
        referenceStart++
      ) {
        const limit = Math.min(MAX_SHIFT_SIZE, words.length - start, reference.length - referenceStart)
        for (let n = 0; n < limit && words[start + n] === reference[referenceStart + n]; n++)
          yield { start, referenceStart, length: n + 1 }
      }
    }
  }
}

/** Which word stands for which, read off the operations of an edit distance. */
class Alignment {
  /** For each reference word the position of its hypothesis word, or of the last one before it (−1: there is none). */
  readonly positions: number[] = []
  /** Errors before each position, so that a difference counts those of a span. */
  private readonly errors: number[] = [0]
  private readonly referenceErrors: number[] = [0]

  constructor(operations: readonly number[]) {
    let position = -1
    for (const operation of operations) {
      const error = operation === Operation.match ? 0 : 1
      if (operation !== Operation.insert) {
        position++
        this.errors.push((this.errors.at(-1) as number) + error)
      }
      if (operation !== Operation.delete) {
        this.positions.push(position)
        this.referenceErrors.push((this.referenceErrors.at(-1) as number) + error)
      }
    }
  }

  /** Whether both the hypothesis span and the reference span contain a word that is not matched. */
  hasErrors(start: number, referenceStart: number, length: number): boolean {
    return (
      this.errors[start + length] !== this.errors[start] &&
      this.referenceErrors[referenceStart + length] !== this.referenceErrors[referenceStart]
    )
  }
}

function isBetter(a: Shift, b: Shift): boolean {
  if (a.gain !== b.gain) return a.gain > b.gain
  if (a.length !== b.length) return a.length > b.length
  if (a.start !== b.start) return a.start < b.start
  return a.target < b.target
}

/** Writes the shifted words to `result`; a target within the block moves it right by their difference. */
function applyShift(words: Int32Array, { start, length, target }: Shift, result: Int32Array): void {
  const end = start + length
  result.set(words)
  if (target < start) {
    result.set(words.subarray(target, start), target + length)
    result.set(words.subarray(start, end), target)
    return
  }
  const newEnd = target > end ? target : Math.min(target + length, words.length)
  result.set(words.subarray(end, newEnd), start)
  result.set(words.subarray(start, end), newEnd - length)
}
