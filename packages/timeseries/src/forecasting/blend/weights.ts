/**
 * Weights of a blend by regularised least squares (Bates & Granger 1969, "The combination of forecasts"; shrunk as
 * in Timmermann 2006, "Forecast combinations"). For each channel, or all of them together,
 *
 *     Σ_h G_h s_h² − 2 g_h s_h  +  λ Ḡ Σ_h s_h²  +  ρ² Ḡ Σ_h (s_{h+1} − s_h)²  →  least,     then 0 ≤ s_h ≤ 1
 *
 * with G and g the means of d² and d e, and Ḡ the mean of G over the horizon: a system with three diagonals.
 */
import type { Moments } from './departures.js'

export interface Regularisation {
  /** λ: 1 halves what least squares say; ∞ leaves the simple method alone. */
  shrinkage: number
  /** ρ, about so many steps on either side have a say in a weight. */
  reach: number
  /** Weights for each channel, or the same for all. */
  byChannel: boolean
}

/** `[H, C]`, in 32 bits as they are saved. */
export function blendWeights(
  { size, product }: Moments,
  channels: number,
  regularisation: Regularisation,
): Float32Array {
  const horizon = size.length / channels
  const weights = new Float32Array(size.length)
  if (regularisation.shrinkage === Number.POSITIVE_INFINITY) return weights
  const column = (table: Float64Array, c: number) =>
    Float64Array.from({ length: horizon }, (_, h) => table[h * channels + c] as number)
  const overChannels = (table: Float64Array) =>
    Float64Array.from({ length: horizon }, (_, h) => {
      const row = table.subarray(h * channels, (h + 1) * channels)
      return row.reduce((sum, value) => sum + value, 0) / channels
    })
  const { byChannel } = regularisation
  const together = byChannel ? null : leastSquares(overChannels(size), overChannels(product), regularisation)
  for (let c = 0; c < channels; c++) {
    const own = together ?? leastSquares(column(size, c), column(product, c), regularisation)
    for (const [h, s] of own.entries()) weights[h * channels + c] = Math.min(1, Math.max(0, s))
  }
  return weights
}

/** s, `[H]`. */
function leastSquares(
  size: Float64Array,
  product: Float64Array,
  { shrinkage, reach }: Pick<Regularisation, 'shrinkage' | 'reach'>,
): Float64Array {
  const H = size.length
  const mean = size.reduce((sum, value) => sum + value, 0) / H
  // Networks that never depart from the simple method need no weights.
  if (mean === 0) return new Float64Array(H)
  const link = reach ** 2 * mean
  const neighbours = (h: number) => (h > 0 ? 1 : 0) + (h < H - 1 ? 1 : 0)
  const diagonal = size.map((G, h) => G + shrinkage * mean + neighbours(h) * link)
  return solveTridiagonal(diagonal, -link, product)
}

/** x of A x = b, A with one number beside its diagonal (Thomas's algorithm); stable where the diagonal outweighs the rest. */
function solveTridiagonal(diagonal: Float64Array, beside: number, b: Float64Array): Float64Array {
  const n = diagonal.length
  const [pivots, x] = [diagonal.slice(), b.slice()]
  for (let i = 1; i < n; i++) {
    const factor = beside / (pivots[i - 1] as number)
    pivots[i] = (pivots[i] as number) - factor * beside
    x[i] = (x[i] as number) - factor * (x[i - 1] as number)
  }
  for (let i = n - 1; i >= 0; i--) {
    const later = i + 1 < n ? (x[i + 1] as number) : 0
    x[i] = ((x[i] as number) - beside * later) / (pivots[i] as number)
  }
  return x
}
