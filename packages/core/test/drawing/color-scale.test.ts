import { describe, expect, it } from 'vitest'
import { weightColor } from '../../src/drawing/color-scale.js'

/** CIE lightness L* of an sRGB colour (IEC 61966-2-1, CIE 15). */
function lightness(color: string): number {
  const linear = (color.match(/\d+/g) ?? []).map((part) => {
    const value = Number(part) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  const [r = 0, g = 0, b = 0] = linear
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return luminance > 216 / 24389 ? 116 * Math.cbrt(luminance) - 16 : (24389 / 27) * luminance
}

describe('weightColor', () => {
  it('falls in lightness in a straight line, so that equal steps look equal', () => {
    const top = lightness(weightColor(0))
    const bottom = lightness(weightColor(1))
    expect(top).toBeGreaterThan(95)
    expect(bottom).toBeLessThan(12)
    for (let share = 0; share <= 1; share += 0.05)
      expect(Math.abs(lightness(weightColor(share)) - (top + share * (bottom - top)))).toBeLessThan(1.5)
  })
})
