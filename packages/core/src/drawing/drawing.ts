/** A picture that can be written as SVG or PNG. */
import { type PngOptions, pngOf, requireScale } from './png.js'
import { type Picture, svgDocument } from './svg.js'
import { fontFamily, type Typesetter, textTypesetter } from './typesetter.js'

export interface Drawing {
  /** An SVG document whose labels are text, in the fonts of whoever looks at it. */
  toSvg(): string
  /** The same with labels as outlines: larger, legible also where there is no font, and never text again. */
  toOutlinedSvg(): Promise<string>
  /**
   * A PNG file. Its labels are drawn with fonts that come with this package, so that any script is legible on a
   * machine without fonts, and the picture is the same everywhere.
   */
  toPng(options?: PngOptions): Promise<Uint8Array>
}

/** Paints a picture with the labels that a typesetter makes. */
export type Paint = (typesetter: Typesetter) => Picture

export function makeDrawing(paint: Paint): Drawing {
  return {
    toSvg() {
      const picture = paint(textTypesetter)
      const group = `<g font-family="${fontFamily}">${picture.content.join('')}</g>`
      return svgDocument({ ...picture, content: [group] })
    },
    async toPng(options = {}) {
      const scale = requireScale(options)
      return pngOf(await outlined(paint), scale)
    },
    toOutlinedSvg: () => outlined(paint),
  }
}

async function outlined(paint: Paint): Promise<string> {
  // Fonts and shaping are loaded for pictures only, not for everyone who imports the toolkit.
  const [{ FontSet }, { outlineTypesetter }] = await Promise.all([
    import('./fonts.js'),
    import('./outlines.js'),
  ])
  const fonts = await FontSet.for(textsOf(paint))
  return svgDocument(paint(outlineTypesetter(fonts)))
}

/** Every text that a picture measures or sets. */
function textsOf(paint: Paint): string[] {
  const texts = new Set<string>()
  paint({
    measure(text, size) {
      texts.add(text)
      return textTypesetter.measure(text, size)
    },
    set(label) {
      texts.add(label.text)
      return ''
    },
  })
  return [...texts]
}
