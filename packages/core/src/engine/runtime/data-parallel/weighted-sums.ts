/** Results without rows, put together from those of the parts of a batch. */
import { FlatMemory } from '../../native/flat-memory.js'

export class WeightedSums {
  private memory = new FlatMemory<'sum' | 'part'>(['sum', 'part'], [])
  private lengths: readonly number[] = []
  private factor = 1

  /** Memory for the first part's results, of these lengths, which count by `factor`. */
  begin(lengths: readonly number[], factor: number): readonly Float32Array[] {
    if (lengths.join() !== this.lengths.join()) {
      this.memory = new FlatMemory(['sum', 'part'], lengths)
      this.lengths = lengths
    }
    this.factor = factor
    return this.memory.array('sum').views
  }

  /** Another part's results. */
  add(results: readonly Float32Array[], factor: number): void {
    const { kernels, length } = this.memory
    const [sum, part] = [this.memory.array('sum'), this.memory.array('part')]
    for (const [i, result] of results.entries()) part.views[i]?.set(result)
    kernels.weightedSum(sum.address, part.address, length, this.factor, factor)
    this.factor = 1
  }

  /** Σ_p factor_p · r_p for every result r; needs one `add` at least. */
  copyTo(targets: readonly Float32Array[]): void {
    for (const [i, target] of targets.entries()) target.set(this.memory.array('sum').views[i] as Float32Array)
  }
}
