/**
 * Colours, dashes and sizes of all charts. A colour is written into a chart by its light value; a page in a dark scheme
 * exchanges it by `darkOf`, so every role has a light value of its own.
 */
import { fontFamily, lineColors, weightColors } from '@attentive/core'

export const ground = '#ffffff'
export const ink = '#1f2933'
export const faint = '#52606d'
export const axisLine = '#9aa5b1'
export const gridLine = '#e4e7eb'
/** What was measured: before the forecast, and after it (or all of it, where there is no forecast). */
export const pastLine = '#7b8794'
export const observedLine = '#323f4b'

/** Forecasts and findings in blue and vermilion, truth in green: apart for the colour-blind too (Okabe & Ito 2008). */
export const [blue, vermilion, green] = lineColors

/** Each light colour and what it is on a dark ground. */
export const darkOf: Readonly<Record<string, string>> = {
  [ground]: '#14191f',
  [ink]: '#f0f4f8',
  [faint]: '#b3bfcb',
  [axisLine]: '#6b7885',
  [gridLine]: '#2c3641',
  [pastLine]: '#8d9aa8',
  [observedLine]: '#dce4ec',
  ...exchange(lineColors, ['#5cb8f5', '#ff8f4d', '#34d1a4', '#eaa6cb', '#e0c14f', '#aee0ff', '#cfcfcf']),
  ...exchange(weightColors, ['#1c242d', '#1f4a6b', '#357fb2', '#8abbe2', '#f3f8fd']),
}

export const font = { family: fontFamily, label: 12, heading: 13, title: 16 }

/** The i-th of several lines. Of the first 28, those that share a colour differ in dash and in symbol. */
export function lineStyleOf(i: number): LineLook {
  const turn = (i % lineColors.length) + Math.floor(i / lineColors.length)
  return {
    color: lineColors[i % lineColors.length] as string,
    dash: dashes[turn % dashes.length] as Dash,
    symbol: symbols[turn % symbols.length] as string,
  }
}

export type Dash = 'solid' | readonly number[]

export interface LineLook {
  color: string
  dash: Dash
  symbol: string
}

const dashes: readonly Dash[] = ['solid', [8, 4], [2, 3], [10, 3, 2, 3]]
const symbols: readonly string[] = [
  'circle',
  'rect',
  'triangle',
  'diamond',
  'emptyCircle',
  'emptyRect',
  'emptyTriangle',
]

function exchange(light: readonly string[], dark: readonly string[]): Record<string, string> {
  return Object.fromEntries(light.map((color, i) => [color, dark[i] as string]))
}
