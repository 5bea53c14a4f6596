/** What a network says of series, many at once. */
import { type Compiled, type CompileOptions, compile, type NdArray, NumericalError } from '@attentive/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { Sequence } from './fitted.js'
import { inputAxes } from './graph.js'
import type { ClassifierNetwork, NetworkInputs } from './network.js'
import { batchOf, groupsByLength } from './sequences.js'

export interface Inferred {
  /** `[K]` */
  logProbabilities: Float64Array
  /** `[T]`, sums to 1. */
  attention: Float64Array
}

type Result = { logits: tf.Tensor; attention: tf.Tensor }

export class Inference {
  private readonly compiled: Compiled<{ inputs: NetworkInputs }, Result>

  constructor(
    private readonly network: ClassifierNetwork,
    options: CompileOptions,
  ) {
    this.compiled = compile(
      ({ inputs }: { inputs: NetworkInputs }) => {
        const { logits, attention } = network.forward(inputs)
        return { logits, attention }
      },
      { ...options, axes: inputAxes, dataParallel: { axis: 'B' } },
    )
  }

  get compileMs(): number {
    return this.compiled.stats.compileMs
  }

  /**
   * In the order of the sequences.
   * @throws NumericalError when a network says of one what is no number.
   */
  async run(sequences: readonly Sequence[]): Promise<Inferred[]> {
    const results: Inferred[] = []
    for (const rows of groupsByLength(sequences)) {
      const some = rows.map((row) => sequences[row] as Sequence)
      const { logits, attention } = await this.compiled(batchOf(some, this.network.segmentLength))
      for (const [b, row] of rows.entries())
        results[row] = {
          logProbabilities: logSoftmax(requireFinite(rowOf(logits, b))),
          attention: rowOf(attention, b).slice(0, (sequences[row] as Sequence).length),
        }
    }
    return results
  }

  dispose(): Promise<void> {
    return this.compiled.dispose()
  }
}

function rowOf({ data, shape }: NdArray, row: number): Float64Array {
  const width = shape[1] as number
  return Float64Array.from(data.subarray(row * width, (row + 1) * width))
}

function requireFinite(scores: Float64Array): Float64Array {
  if (scores.every(Number.isFinite)) return scores
  throw new NumericalError({
    argument: 'series',
    expected: 'finite scores of the classes',
    received: scores.join(', '),
    hint: 'The weights are damaged, or values too far from those of the training.',
  })
}

/** x − log Σ exp(x) */
function logSoftmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((a, b) => Math.max(a, b))
  const logSum = highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0))
  return scores.map((score) => score - logSum)
}

/** The likeliest class, the first of several. */
export function likeliest({ logProbabilities }: Inferred): number {
  return logProbabilities.indexOf(logProbabilities.reduce((a, b) => Math.max(a, b)))
}
