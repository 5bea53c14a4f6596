/**
 * Fonts for pictures, from installed npm packages: no font of the system is used, so that a picture is the same on
 * every machine. Fontsource cuts a font into slices by code points; only those that a text needs are read.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import * as harfbuzz from 'harfbuzzjs'
import decompressWoff2 from 'woff2-encoder/decompress'
import { splitGraphemes } from './typesetter.js'

/** Installed with this package, in order of preference; Unifont draws every script, plainly. */
const bundled = ['noto-sans', 'noto-sans-arabic', 'noto-sans-hebrew', 'noto-sans-thai', 'noto-emoji']
const bundledEastAsian = ['noto-sans-sc', 'noto-sans-kr']
const LAST_RESORT = '@fontsource/unifont/files/unifont-latin-400-normal.woff2'

/** Better letters for their scripts, used where somebody has installed them. */
const optional =
  `armenian bengali ethiopic georgian gujarati gurmukhi kannada khmer lao malayalam myanmar sinhala tamil
  telugu symbols math`
    .split(/\s+/)
    .map((script) => `noto-sans-${script}`)
const JAPANESE = 'noto-sans-jp'

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u

const require = createRequire(import.meta.url)

/** One slice of a font, ready to shape and draw with. */
export interface LoadedFont {
  font: harfbuzz.Font
  unitsPerEm: number
  codePoints: ReadonlySet<number>
}

interface Slice {
  file: string
  /** Code points it is said to have, as CSS ranges. */
  ranges: [first: number, last: number][]
}

const loaded = new Map<string, Promise<LoadedFont>>()
const sliceLists = new Map<string, Slice[]>()

/** Stands for what labels leave out; what was not prepared is drawn with its font. */
const ELLIPSIS = '…'

/** The font of each grapheme of some texts; graphemes that no other font has are drawn by the last resort. */
export class FontSet {
  private constructor(private readonly fonts: ReadonlyMap<string, LoadedFont>) {}

  static async for(texts: readonly string[]): Promise<FontSet> {
    const all = new Set([ELLIPSIS, ...texts.flatMap(splitGraphemes)])
    const slices = preferredPackages(texts).flatMap(slicesOf)
    const found = new Map<string, LoadedFont>()
    for (const grapheme of all)
      found.set(grapheme, (await findFont(grapheme, slices)) ?? (await load(require.resolve(LAST_RESORT))))
    return new FontSet(found)
  }

  of(grapheme: string): LoadedFont {
    return (this.fonts.get(grapheme) ?? this.fonts.get(ELLIPSIS)) as LoadedFont
  }
}

function preferredPackages(texts: readonly string[]): string[] {
  const japanese = texts.some((text) => KANA.test(text)) ? [JAPANESE] : []
  return [...bundled, ...optional, ...japanese, ...bundledEastAsian]
}

function slicesOf(name: string): Slice[] {
  const known = sliceLists.get(name)
  if (known) return known
  const folder = `@fontsource-variable/${name}`
  const slices = isInstalled(`${folder}/unicode.json`)
    ? Object.entries(require(`${folder}/unicode.json`) as Record<string, string>).map(([key, ranges]) => ({
        file: `${folder}/files/${name}-${key.replace(/[[\]]/g, '')}-wght-normal.woff2`,
        ranges: parseRanges(ranges),
      }))
    : []
  sliceLists.set(name, slices)
  return slices
}

function isInstalled(path: string): boolean {
  try {
    require.resolve(path)
    return true
  } catch {
    return false
  }
}

/** `U+0-7F,U+131` as pairs of numbers. */
function parseRanges(ranges: string): [number, number][] {
  return ranges.split(',').map((range) => {
    const [first = '', last = first] = range.trim().replace('U+', '').split('-')
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
  })
}

/** The first slice that has all of a grapheme, so that sequences of emoji and marks stay together. */
async function findFont(grapheme: string, slices: Slice[]): Promise<LoadedFont | null> {
  const codePoints = Array.from(grapheme)
    .filter((character) => !IGNORABLE.test(character))
    .map((character) => character.codePointAt(0) as number)
  for (const { file, ranges } of slices) {
    const claims = (point: number) => ranges.some(([first, last]) => first <= point && point <= last)
    if (codePoints.length === 0 || !codePoints.every(claims)) continue
    // Some slices claim more than they have.
    const font = await load(require.resolve(file))
    if (codePoints.every((point) => font.codePoints.has(point))) return font
  }
  return null
}

function load(path: string): Promise<LoadedFont> {
  let font = loaded.get(path)
  if (!font) {
    font = open(path)
    loaded.set(path, font)
  }
  return font
}

async function open(path: string): Promise<LoadedFont> {
  const data = await decompressWoff2(await readFile(path))
  const face = new harfbuzz.Face(new harfbuzz.Blob(data))
  const font = new harfbuzz.Font(face)
  // The default instance of some variable fonts is Thin.
  font.setVariations([new harfbuzz.Variation('wght', 400)])
  return { font, unitsPerEm: face.upem, codePoints: new Set(face.collectUnicodes()) }
}
