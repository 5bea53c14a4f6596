/** A run goes on with the settings that it was started with. */
import { InvalidArgumentError } from '../errors.js'

/** These only say when to stop. */
const mayChange = /(^|\.)training\.(epochs|patience)$/

/**
 * @param before settings of the run, as JSON says them.
 * @param now those it shall go on with.
 * @throws InvalidArgumentError naming the first one that is another, but for what only says when to stop.
 */
export function requireSameSettings(before: unknown, now: unknown): void {
  const [saved, given] = [leavesOf(before), leavesOf(now)]
  for (const path of new Set([...saved.keys(), ...given.keys()]))
    if (!mayChange.test(path) && saved.get(path) !== given.get(path))
      throw new InvalidArgumentError({
        argument: path,
        expected: `${saved.get(path) ?? 'none'}, as when the run was started`,
        received: given.get(path) ?? 'none',
        hint: 'Resume with the settings and the data of the run, or start another one in a folder of its own.',
      })
}

/** Values by dotted path, as JSON. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null)
    return new Map(value === undefined ? [] : [[path, JSON.stringify(value)]])
  return new Map(
    Object.entries(value).flatMap(([key, item]) => [...leavesOf(item, path ? `${path}.${key}` : key)]),
  )
}
