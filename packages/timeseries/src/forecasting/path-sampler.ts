/** Sampled paths of an autoregressive network: each walks on what was drawn for it, step by step. */
import { type Compiled, type CompileOptions, compile, NdArray, type Rng } from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { type ForecastParts, inputAxes, normalised, normOf } from './forecast-graph.js'
import type { AutoregressiveNetwork, NetworkInputs, WalkState, WalkStep } from './network.js'
import type { WindowBatch } from './windows.js'

export interface WalkParts extends ForecastParts {
  network: AutoregressiveNetwork
}

/** A step as the host sees it: scaled parameters, `[R, C, O]`. */
type Step = { state: WalkState; parameters: tf.Tensor }
type FetchedStep = { state: Record<string, NdArray>; parameters: NdArray }

/** Shift and scale of each row's window, `[R, 1, C]`. */
type Units = { shift: tf.Tensor; scale: tf.Tensor }
type FetchedUnits = { shift: NdArray; scale: NdArray }

type NextInputs = { state: WalkState; previous: tf.Tensor; known: tf.Tensor | null; units: Units }

export interface SamplingOptions {
  /** N, paths of each window. */
  samples: number
  /** One for each window, so that its paths do not depend on what it is forecast together with. */
  rngs: readonly Rng[]
}

export class PathSampler {
  private readonly begin: Compiled<{ inputs: NetworkInputs }, Step & { units: Units }>
  private readonly next: Compiled<NextInputs, Step>

  constructor(
    private readonly parts: WalkParts,
    engine: CompileOptions,
  ) {
    const { network } = parts
    this.begin = compile(
      ({ inputs }: { inputs: NetworkInputs }) => {
        const norm = normOf(inputs.past, parts.windowNorm) ?? noScale(inputs.past)
        return { ...scaledStep(parts, network.begin(normalised(inputs, norm)), norm), units: norm }
      },
      { ...engine, freeze: true, axes: inputAxes(network.sizes) },
    )
    this.next = compile(
      ({ state, previous, known, units }: NextInputs) => {
        const { shift, scale } = units
        const before = tf.div(tf.sub(previous, tf.squeeze(shift, [1])), tf.squeeze(scale, [1]))
        return scaledStep(parts, network.next(state, before, known), units)
      },
      { ...engine, freeze: true },
    )
  }

  /** `[B, N, H, C]`, in scaled units. */
  async sample(inputs: WindowBatch['inputs'], { samples: N, rngs }: SamplingOptions): Promise<Float32Array> {
    const { horizon: H, channels: C } = this.parts.network.sizes
    const B = rngs.length
    const first = (await this.begin({ inputs })) as FetchedStep & { units: FetchedUnits }
    const units = repeatedRows(first.units, N)
    const paths = new Float32Array(B * N * H * C)
    let step: FetchedStep = { state: repeatedRows(first.state, N), parameters: repeated(first.parameters, N) }
    for (let h = 0; ; h++) {
      const values = this.draw(step.parameters, rngs, N)
      for (let row = 0; row < B * N; row++)
        paths.set(values.subarray(row * C, (row + 1) * C), (row * H + h) * C)
      if (h === H - 1) return paths
      const previous = new NdArray(values, [B * N, C])
      const known = knownOf(inputs, h + 1, N)
      step = (await this.next({ state: step.state, previous, known, units })) as FetchedStep
    }
  }

  async dispose(): Promise<void> {
    await this.begin.dispose()
    await this.next.dispose()
  }

  /** `[R, C]` */
  private draw({ data, shape }: NdArray, rngs: readonly Rng[], samples: number): Float32Array {
    const [R, C, O] = shape as [number, number, number]
    const numbers = data as Float32Array
    const { sample } = this.parts.likelihood
    return Float32Array.from({ length: R * C }, (_, at) => {
      const rng = rngs[Math.floor(at / (C * samples))] as Rng
      return sample?.(numbers.subarray(at * O, (at + 1) * O), rng) ?? Number.NaN
    })
  }
}

function scaledStep({ likelihood }: ForecastParts, { state, output }: WalkStep, units: Units): Step {
  const lastAxis = (x: tf.Tensor) => tf.expandDims(tf.squeeze(x, [1]), 2) // [R, C, 1]
  const parameters = likelihood.parameters(output)
  return { state, parameters: likelihood.affine(parameters, lastAxis(units.shift), lastAxis(units.scale)) }
}

function noScale(past: tf.Tensor): Units {
  const [B, , C] = past.shape as [number, number, number]
  return { shift: tf.zeros([B, 1, C]), scale: tf.ones([B, 1, C]) }
}

/** Each row N times in a row. */
function repeated({ data, shape }: NdArray, N: number): NdArray {
  const [rows, ...rest] = shape as [number, ...number[]]
  const size = rest.reduce((product, n) => product * n, 1)
  const numbers = data as Float32Array
  const values = new Float32Array(numbers.length * N)
  for (let row = 0; row < rows * N; row++) {
    const from = Math.floor(row / N) * size
    values.set(numbers.subarray(from, from + size), row * size)
  }
  return new NdArray(values, [rows * N, ...rest])
}

function repeatedRows<T extends Record<string, NdArray>>(arrays: T, N: number): T {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, repeated(array, N)])) as T
}

/** What is known of step `h` of the horizon, `[B · N, F + S]`; null when nothing is. */
function knownOf({ future, statics }: WindowBatch['inputs'], h: number, N: number): NdArray | null {
  const [F, S] = [future?.shape[2] ?? 0, statics?.shape[1] ?? 0]
  if (F + S === 0) return null
  const [B, H] = [(future ?? statics)?.shape[0] as number, future?.shape[1] ?? 0]
  const values = new Float32Array(B * (F + S))
  for (let b = 0; b < B; b++) {
    if (future) values.set(rowOf(future, b * H + h, F), b * (F + S))
    if (statics) values.set(rowOf(statics, b, S), b * (F + S) + F)
  }
  return repeated(new NdArray(values, [B, F + S]), N)
}

function rowOf({ data }: NdArray, row: number, width: number): Float32Array {
  return (data as Float32Array).subarray(row * width, (row + 1) * width)
}
