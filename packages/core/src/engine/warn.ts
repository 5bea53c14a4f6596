/** Warnings for people: Node prints them once on standard error, and programs hear them with `process.on('warning')`. */
const given = new Set<string>()

export function warn(message: string): void {
  process.emitWarning(`attentive: ${message}`, 'AttentiveWarning')
}

/** What holds for the whole process is said once in it. */
export function warnOnce(message: string): void {
  if (given.has(message)) return
  given.add(message)
  warn(message)
}
