/** The table of primitives: a new one is a new row, and has all tests that the others have. */
import { attending } from './attention.js'
import type { Primitive } from './primitive.js'
import { recurrent } from './recurrent.js'
import { small } from './small.js'

export const primitives: Readonly<Record<string, Primitive>> = { ...recurrent, ...attending, ...small }

/** What `ops` and `layers` export beside primitives, and why it has no row. */
export const withoutRow: Readonly<Record<string, string>> = {
  sequenceMask: 'has no gradient',
  positions: 'has no gradient',
  requireShapes: 'computes nothing',
  Module: 'computes nothing',
  fromPyTorchName: 'computes nothing',
  toPyTorchName: 'computes nothing',
  normal: 'draws first values',
  orthogonal: 'draws first values',
  uniform: 'draws first values',
  xavierNormal: 'draws first values',
  xavierUniform: 'draws first values',
  zeros: 'draws first values',
}
