/** PNG files, of pictures that have no text left in them. */
import { InvalidArgumentError } from '../errors.js'

export interface PngOptions {
  /** Pixels of the PNG for each pixel of the SVG. Default 2, sharp on dense screens and on paper. */
  scale?: number
}

/** @throws InvalidArgumentError when the scale is not above 0 and up to 10. */
export function requireScale({ scale = 2 }: PngOptions): number {
  if (scale > 0 && scale <= 10) return scale
  throw new InvalidArgumentError({
    argument: 'scale',
    expected: 'a number above 0, up to 10',
    received: String(scale),
  })
}

/** The rasteriser is loaded for pictures only, not for everyone who imports the toolkit. */
export async function pngOf(outlinedSvg: string, scale: number): Promise<Uint8Array> {
  const { rasterize } = await import('./rasterize.js')
  return rasterize(outlinedSvg, scale)
}
