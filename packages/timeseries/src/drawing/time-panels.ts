/** What charts over time have in common: one axis for all panels, named by its extent. */
import { InvalidArgumentError } from '@attentive/core'
import { requireAtMost, requireSome } from './checks.js'
import type { PanelX } from './plan.js'
import { clockText, type Places } from './times.js'

/** Panels that one picture has room for. */
const mostPanels = 12

/**
 * The axis that holds all times.
 * @throws InvalidArgumentError when some are times and others are steps.
 */
export function sharedAxis(
  places: readonly Places[],
): Extract<PanelX, { min: number; max: number }> & PanelX {
  const kind = places[0]?.kind ?? 'step'
  if (places.some((other) => other.kind !== kind))
    throw new InvalidArgumentError({
      argument: 'times',
      expected: 'times everywhere, or steps everywhere',
      received: 'both',
    })
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { at } of places)
    for (const place of at) {
      if (place < min) min = place
      if (place > max) max = place
    }
  if (!(min <= max)) [min, max] = [0, 1]
  const name = kind === 'step' ? 'step' : `${clockText(min)} to ${clockText(max)}`
  return { kind, name, min, max, zoom: true }
}

/** The one channel that is given, or several, with what errors call each: nothing, or `channels[2].`. */
export function channelList<Channel extends object>(
  given: Channel | { channels: readonly Channel[] },
): { channel: Channel; prefix: string }[] {
  const isList = 'channels' in given
  const channels = isList ? given.channels : [given]
  requireSome('channels', channels)
  const hint = 'Draw the channels that matter, or several pictures.'
  requireAtMost('channels', channels.length, mostPanels, hint)
  return channels.map((channel, i) => ({ channel, prefix: isList ? `channels[${i}].` : '' }))
}

/** Height of each of some panels, so that many stay on a page. */
export function heightFor(panels: number): number {
  if (panels === 1) return 260
  return panels <= 3 ? 190 : 140
}
