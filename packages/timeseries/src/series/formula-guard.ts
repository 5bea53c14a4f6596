/**
 * Texts that a spreadsheet would take for a formula, made harmless by an apostrophe in front (OWASP, "CSV injection"), and
 * as they were again: a text that begins with apostrophes before such a mark gets one more.
 */

const risky = /^'*[=+\-@\t\r\n＝＋－＠]/

export function guarded(text: string): string {
  return risky.test(text) ? `'${text}` : text
}

export function unguarded(text: string): string {
  return text.startsWith("'") && risky.test(text) ? text.slice(1) : text
}
