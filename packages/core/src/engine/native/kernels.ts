/** The WebAssembly SIMD kernels (assembly/kernels.ts), typed and bound to one memory. */
import { kernelsBase64 } from './kernels.wasm.js'
import { type WasmMemory, webAssembly } from './web-assembly.js'

/**
 * Addresses are byte offsets of arrays made by `FlatMemory`; `n` is their padded number of elements.
 * `scale` multiplies every gradient as it is read: clipping by norm costs no pass of its own.
 */
export interface Kernels {
  /** Σ x² in float64; not finite exactly when an element is not. */
  sumOfSquares(x: number, n: number): number
  /** x ← clamp(scale · x, −limit, limit). */
  scaleAndClip(x: number, n: number, scale: number, limit: number): void
  /** target ← target + weight · (source − target). */
  lerp(target: number, source: number, n: number, weight: number): void
  /** target ← ofTarget · target + ofSource · source. */
  weightedSum(target: number, source: number, n: number, ofTarget: number, ofSource: number): void
  /** p ← p − rate · (scale · g + l2 · p). */
  sgd(p: number, g: number, n: number, scale: number, l2: number, rate: number): void
  /** d = scale · g + l2 · p; b ← mu · b + d; p ← p − rate · (ofGradient · d + ofBuffer · b). */
  momentum(
    p: number,
    g: number,
    b: number,
    n: number,
    scale: number,
    l2: number,
    rate: number,
    mu: number,
    ofGradient: number,
    ofBuffer: number,
  ): void
  /**
   * d = scale · g + l2 · p; m ← m + oneMinusBeta1 · (d − m); v ← beta2 · v + oneMinusBeta2 · d²;
   * p ← keep · p − step · m / (√v · invRootCorrection2 + epsilon).
   */
  adam(
    p: number,
    g: number,
    m: number,
    v: number,
    n: number,
    scale: number,
    l2: number,
    keep: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    step: number,
    invRootCorrection2: number,
    epsilon: number,
  ): void
}

let compiled: object | undefined

function kernelsModule(): object {
  compiled ??= new webAssembly.Module(Uint8Array.from(atob(kernelsBase64), (c) => c.charCodeAt(0)))
  return compiled
}

/** The kernels working on `memory`. */
export function bindKernels(memory: WasmMemory): Kernels {
  return new webAssembly.Instance(kernelsModule(), { env: { memory } }).exports as Kernels
}
