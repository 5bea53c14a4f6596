/** Carries out the clippings that were noted on gradients, over all of them at once. */
import type { FlatMemory } from '../../engine/native/flat-memory.js'
import type { Clipping } from '../gradients.js'

export interface ClipResult {
  /** L2 norm over all gradients before clipping; not finite exactly when a gradient is not. */
  norm: number
  /** What the gradients must still be multiplied by; the update does that as it reads them. */
  scale: number
}

export function clip(memory: FlatMemory<string>, clippings: readonly Clipping[]): ClipResult {
  const { kernels, length } = memory
  const { address } = memory.array('gradients')
  const norm = Math.sqrt(kernels.sumOfSquares(address, length))
  let scale = 1
  let current = norm
  for (const clipping of Number.isFinite(norm) ? clippings : []) {
    if (clipping.kind === 'value') {
      kernels.scaleAndClip(address, length, scale, clipping.limit)
      scale = 1
      current = Math.sqrt(kernels.sumOfSquares(address, length))
    } else if (current * scale > clipping.maxNorm) scale = clipping.maxNorm / current
  }
  return { norm, scale }
}
