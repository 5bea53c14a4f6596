/** Counts the checks of a stage, and shows what went wrong as soon as it does. */
export class Tally {
  passed = 0
  failed = 0

  /**
   * One check.
   * @param {string} title what is checked, as a statement that should be true
   * @param {boolean} ok
   * @param {string} [detail] shown when it is not
   */
  check(title, ok, detail = '') {
    if (ok) {
      this.passed++
      return
    }
    this.failed++
    console.log(`  ✗ ${title}`)
    if (detail.trim()) console.log(detail.trimEnd().replace(/^/gm, '    '))
  }

  /**
   * Checks that a program ended well.
   * @param {string} title
   * @param {{ code: number, output: string }} ended
   */
  ended(title, { code, output }) {
    this.check(title, code === 0, output)
  }
}
