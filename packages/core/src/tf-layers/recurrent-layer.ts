/** What the tf.layers wrappers of LSTM and GRU share. */
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { requireSizes } from '../layers/options.js'
import type { RecurrentWeights, Sequence, SequenceOptions } from '../ops/recurrent.js'
import { defaultName, inputList, type Kwargs, kerasMask, shapeList } from './keras-mask.js'

type LayerArgs = ConstructorParameters<typeof tfl.layers.Layer>[0]

export type RecurrentLayerArgs = LayerArgs & {
  /** H */
  units: number
  /** Outputs of all steps `[B, T, H]` instead of the last one's `[B, H]`. Default false. */
  returnSequences?: boolean
  /** A second set of weights walks backwards; outputs are `[forward; backward]`. Default false. */
  bidirectional?: boolean
  /** Of the first weights, uniform in ±1/√H. Default: other weights at every construction. */
  seed?: number
}

/** Weights of one direction. */
type Cell = Record<keyof RecurrentWeights, tfl.LayerVariable>

/**
 * Input: `[B, T, D]`, alone (a mask of `maskZero` or `masking` is respected) or with a mask `[B, T]` as second input.
 * Weights are PyTorch's: `weightIhL0 [GH, D]`, `weightHhL0 [GH, H]`, `biasIhL0`, `biasHhL0 [GH]`, then `…Reverse`.
 */
export abstract class RecurrentLayer extends tfl.layers.Layer {
  protected readonly units: number
  protected readonly returnSequences: boolean
  protected readonly bidirectional: boolean
  protected readonly seed: number | undefined
  private cells: Cell[] = []

  constructor(
    kind: string,
    private readonly gates: number,
    args: RecurrentLayerArgs,
  ) {
    super({ ...args, name: args.name ?? defaultName(kind) })
    requireSizes({ units: args.units })
    this.units = args.units
    this.returnSequences = args.returnSequences ?? false
    this.bidirectional = args.bidirectional ?? false
    this.seed = args.seed ?? undefined
    this.supportsMasking = true
  }

  /** The pure function that is wrapped. */
  protected abstract sequence(options: SequenceOptions<never>): Sequence<unknown>

  /** h of a final state, `[B, H]`. */
  protected abstract outputOf(finalState: unknown): tf.Tensor

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const inputSize = shapeList(inputShape)[0]?.at(-1) as number
    const suffixes = this.bidirectional ? ['L0', 'L0Reverse'] : ['L0']
    this.cells = suffixes.map((suffix, i) => this.addCell(suffix, inputSize, i))
    this.built = true
  }

  private addCell(suffix: string, inputSize: number, direction: number): Cell {
    const rows = this.gates * this.units
    const limit = 1 / Math.sqrt(this.units)
    const add = (name: string, shape: number[], i: number) => {
      const seed = this.seed === undefined ? undefined : this.seed + 4 * direction + i
      const initializer = tfl.initializers.randomUniform({ minval: -limit, maxval: limit, seed })
      return this.addWeight(`${name}${suffix}`, shape, 'float32', initializer)
    }
    return {
      weightIh: add('weightIh', [rows, inputSize], 0),
      weightHh: add('weightHh', [rows, this.units], 1),
      biasIh: add('biasIh', [rows], 2),
      biasHh: add('biasHh', [rows], 3),
    }
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, length] = shapeList(inputShape)[0] as tfl.Shape
    const size = this.bidirectional ? 2 * this.units : this.units
    return (this.returnSequences ? [batch, length, size] : [batch, size]) as tfl.Shape
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return (this.returnSequences ? ([mask].flat()[0] ?? null) : null) as tf.Tensor
  }

  override call(given: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const [inputs, mask = kerasMask(this, kwargs)] = inputList(given) as [tf.Tensor, tf.Tensor?]
      const runs = this.cells.map((cell, direction) =>
        this.sequence({ inputs, mask, weights: read(cell), reverse: direction === 1 }),
      )
      const parts = runs.map(({ outputs, finalState }) =>
        this.returnSequences ? outputs : this.outputOf(finalState),
      )
      return tf.concat(parts, -1)
    })
  }

  override getConfig() {
    const { units, returnSequences, bidirectional, seed } = this
    return { ...super.getConfig(), units, returnSequences, bidirectional, seed: seed ?? null }
  }
}

function read(cell: Cell): RecurrentWeights {
  return {
    weightIh: cell.weightIh.read(),
    weightHh: cell.weightHh.read(),
    biasIh: cell.biasIh.read(),
    biasHh: cell.biasHh.read(),
  }
}
