/** SVG as text: escaping, elements, numbers. */

/** Characters that XML 1.0 does not allow at all, lone surrogates among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that can stand anywhere in an XML document, in elements and attributes. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] as string)
}

/** Coordinates need no more than a hundredth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

export type Attributes = Record<string, string | number | undefined>

/** `<name attributes>children</name>`; attribute values are escaped, children are taken as they are. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeXml(value as string)}"`,
    )
    .join('')
  return children.length > 0 ? `<${name}${written}>${children.join('')}</${name}>` : `<${name}${written}/>`
}

/** A whole picture on a white ground, with a name and a description for those who cannot see it. */
export interface Picture {
  width: number
  height: number
  title: string
  description: string
  content: string[]
}

export function svgDocument({ width, height, title, description, content }: Picture): string {
  const size = { width: Math.ceil(width), height: Math.ceil(height) }
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...size,
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'img',
    },
    element('title', {}, escapeXml(title)),
    element('desc', {}, escapeXml(description)),
    element('rect', { ...size, fill: '#fff' }),
    ...content,
  )
}
