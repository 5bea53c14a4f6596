/** Ctrl-C as an AbortSignal. */

/**
 * A signal that aborts at the first SIGINT or SIGTERM, so that training saves and stops. A second one ends the process
 * at once, as usual. Call `release()` when training is over.
 */
export function abortOnInterrupt(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const release = () => {
    process.off('SIGINT', abort)
    process.off('SIGTERM', abort)
  }
  const abort = () => {
    release()
    controller.abort()
  }
  process.on('SIGINT', abort)
  process.on('SIGTERM', abort)
  return { signal: controller.signal, release }
}
