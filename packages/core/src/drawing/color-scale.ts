/**
 * The colours of weights: from paper white to dark blue, evenly in CIELAB, so that equal differences of weight look
 * equal (also in grey, on paper, and to the colour-blind, because lightness alone tells them apart).
 */
import { interpolateLab, piecewise } from 'd3-interpolate'

/** From weight 0 to the largest: stops of lightness 97, 75, 53, 31, 9, so that lightness falls in a straight line. */
export const weightColors = ['#f5f7fb', '#a4bedd', '#4a86b8', '#12507f', '#051c33'] as const

/** Colour of a weight as a share of the largest, 0 … 1. */
export const weightColor: (share: number) => string = piecewise(interpolateLab, [...weightColors])

/** Colours of lines that stay apart for the colour-blind (Okabe & Ito 2008), dark enough for a white ground. */
export const lineColors = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#8a6d00',
  '#56b4e9',
  '#444444',
] as const
