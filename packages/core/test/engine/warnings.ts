/** Hears what the toolkit warns of. */
import { afterEach, beforeEach } from 'vitest'

/** @returns what was said since the running test began, once Node has handed it out. */
export function heardWarnings(): () => Promise<string[]> {
  let heard: string[] = []
  const note = ({ name, message }: Error) => {
    if (name === 'AttentiveWarning') heard.push(message)
  }
  beforeEach(() => {
    heard = []
    process.on('warning', note)
  })
  afterEach(() => {
    process.off('warning', note)
  })
  return async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return heard
  }
}
