/** Numbers that grow as rows come, in flat memory. */

export class GrowingNumbers {
  private data = new Float64Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Float64Array(2 * this.data.length)
      larger.set(this.data)
      this.data = larger
    }
    this.data[this.length++] = value
  }

  toArray(): Float64Array {
    return this.data.slice(0, this.length)
  }
}
