/** What a property-based test of one kernel needs: how to draw its arguments, and what to leave out, with the reason. */
import type fc from 'fast-check'
import type { NdArray } from '../../../src/engine/nd-array.js'

export interface KernelCall {
  /** By name, or in order for kernels that take a list. */
  inputs: Record<string, NdArray> | NdArray[]
  attrs?: Record<string, unknown>
}

export type KernelCalls = fc.Arbitrary<KernelCall>

export interface KernelCase {
  draw: KernelCalls
  /** Which kernel, where the case is called otherwise. */
  kernel?: string
  /** Why gradients are not compared, where TensorFlow.js has a gradient rule. */
  withoutGradient?: string
  /** Absolute and relative. Default 1e-5. */
  tolerance?: number
  /** Default 8. */
  runs?: number
}

/** At least one case for each row of the kernel table, by the kernel's name. */
export type KernelCases = Readonly<Record<string, KernelCase>>
