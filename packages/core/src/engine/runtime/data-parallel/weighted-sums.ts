/** Results without rows, put together from those of the parts of a batch. */
import { FlatMemory } from '../../native/flat-memory.js'

export class WeightedSums {
  private memory = new FlatMemory<'sum' | 'part'>(['sum', 'part'], [])
  private lengths: readonly number[] = []
  private factor = 1

  /** Sums of results in the order of these, which count by `factor`. */
  begin(results: readonly Float32Array[], factor: number): void {
    const lengths = results.map(({ length }) => length)
    if (lengths.join() !== this.lengths.join()) {
      this.memory = new FlatMemory(['sum', 'part'], lengths)
      this.lengths = lengths
    }
    this.copy('sum', results)
    this.factor = factor
  }

  add(results: readonly Float32Array[], factor: number): void {
    this.copy('part', results)
    const { kernels, length } = this.memory
    const [sum, part] = [this.memory.array('sum'), this.memory.array('part')]
    kernels.weightedSum(sum.address, part.address, length, this.factor, factor)
    this.factor = 1
  }

  /** Σ_p factor_p · r_p for every result r; needs one `add` at least. */
  copyTo(targets: readonly Float32Array[]): void {
    for (const [i, target] of targets.entries()) target.set(this.memory.array('sum').views[i] as Float32Array)
  }

  private copy(to: 'sum' | 'part', results: readonly Float32Array[]): void {
    const { views } = this.memory.array(to)
    for (const [i, result] of results.entries()) views[i]?.set(result)
  }
}
