/** Windows over series: every place where a look-back and a horizon fit. Nothing is copied before a batch is made. */
import { NdArray } from '@attentive/core'
import { countBelow } from '../statistics/count-below.js'
import type { NetworkSizes } from './network.js'
import type { PreparedSeries } from './prepared-series.js'

/** A batch as arrays; see `NetworkInputs` for the look-back's. */
export type WindowBatch = {
  inputs: {
    past: NdArray
    covariates: NdArray | null
    future: NdArray | null
    statics: NdArray | null
  }
  /** `[B, H, C]`, and 1 where it was observed. */
  target: NdArray
  observed: NdArray
}

/** Where the forecast of a window begins. */
export interface Origin {
  series: number
  /** Row of the first forecast value. */
  row: number
}

export class Windows {
  /** Windows up to and including each series. */
  private readonly ends: number[]

  /** @param stride rows between the origins of two windows. */
  constructor(
    private readonly series: readonly PreparedSeries[],
    private readonly sizes: NetworkSizes,
    private readonly stride = 1,
  ) {
    let end = 0
    this.ends = series.map(({ length }) => {
      const places = length - sizes.lookback - sizes.horizon + 1
      end += Math.max(0, Math.ceil(places / stride))
      return end
    })
  }

  get count(): number {
    return this.ends.at(-1) ?? 0
  }

  origin(window: number): Origin {
    const series = countBelow(this.ends, window + 1)
    const first = series === 0 ? 0 : (this.ends[series - 1] as number)
    return { series, row: this.sizes.lookback + (window - first) * this.stride }
  }

  /** The windows of these numbers, together. */
  batch(windows: ArrayLike<number>): WindowBatch {
    const B = windows.length
    const { horizon, channels } = this.sizes
    const size = horizon * channels
    const target = new Float32Array(B * size)
    const observed = new Float32Array(target.length).fill(1)
    const origins = Array.from(windows, (window) => this.origin(window))
    origins.forEach(({ series, row }, b) => {
      const { target: values, observed: known } = this.series[series] as PreparedSeries
      const from = row * channels
      target.set(values.subarray(from, from + size), b * size)
      if (known) observed.set(known.subarray(from, from + size), b * size)
    })
    const shape = [B, horizon, channels]
    return {
      inputs: this.inputs(origins),
      target: new NdArray(target, shape),
      observed: new NdArray(observed, shape),
    }
  }

  /** What the network is told at these origins. */
  inputs(origins: readonly Origin[]): WindowBatch['inputs'] {
    const {
      lookback: L,
      horizon: H,
      channels: C,
      pastCovariates: P,
      futureCovariates: F,
      statics: S,
    } = this.sizes
    const N = P + F
    const at = ({ series }: Origin) => this.series[series] as PreparedSeries
    return {
      past: gather(origins, [L, C], (origin) =>
        at(origin).target.subarray((origin.row - L) * C, origin.row * C),
      ),
      covariates: gatherSome(origins, [L, N], (origin) =>
        at(origin).covariates.subarray((origin.row - L) * N, origin.row * N),
      ),
      future: gatherSome(origins, [H, F], (origin) =>
        lastColumns(at(origin).covariates, { origin, H, N, F }),
      ),
      statics: gatherSome(origins, [S], (origin) => at(origin).statics),
    }
  }
}

type Read = (origin: Origin) => Float32Array

function gather(origins: readonly Origin[], shape: readonly number[], read: Read): NdArray {
  const size = shape.reduce((product, n) => product * n, 1)
  const values = new Float32Array(origins.length * size)
  origins.forEach((origin, b) => {
    values.set(read(origin), b * size)
  })
  return new NdArray(values, [origins.length, ...shape])
}

function gatherSome(origins: readonly Origin[], shape: readonly number[], read: Read): NdArray | null {
  return shape.includes(0) ? null : gather(origins, shape, read)
}

interface FutureColumns {
  origin: Origin
  H: number
  N: number
  F: number
}

/** Of covariates `[T, N]`, the last F columns of the H rows from the origin on. */
function lastColumns(covariates: Float32Array, { origin, H, N, F }: FutureColumns): Float32Array {
  if (N === F) return covariates.subarray(origin.row * N, (origin.row + H) * N)
  const values = new Float32Array(H * F)
  for (let h = 0; h < H; h++) {
    const end = (origin.row + h + 1) * N
    values.set(covariates.subarray(end - F, end), h * F)
  }
  return values
}
