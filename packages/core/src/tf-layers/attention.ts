import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { InvalidArgumentError } from '../errors.js'
import { requireSizes } from '../layers/options.js'
import { attend, prepareMemory } from '../ops/attention.js'
import { type AttentionScoreName, attentionScores, type NamedTensors } from '../ops/attention-scores.js'
import { defaultName, inputList, type Kwargs, kerasMask, shapeList } from './keras-mask.js'

export type AttentiveAttentionArgs = ConstructorParameters<typeof tfl.layers.Layer>[0] & {
  /** Default 'additive'. */
  score?: AttentionScoreName
  /** A of `additive` and `concat`; default: the size of the queries. */
  units?: number
  /** Of the first weights (Glorot uniform). Default: other weights at every construction. */
  seed?: number
}

/**
 * Attention for `tf.model`: context = Σ_s softmax_s(score(q, k_s)) v_s, scores in `ops/attention-scores.ts`.
 *
 * Inputs: `[memory [B, S, M], queries [B, T, Q]]` and, if wanted, a mask `[B, S]` of the memory. The memory comes
 * first because TensorFlow.js hands on the mask (of `maskZero` or `masking`) of a layer's first input only.
 * Output: `[B, T, M]`.
 */
export class AttentiveAttention extends tfl.layers.Layer {
  static readonly className = 'Attentive>Attention'
  private readonly score: AttentionScoreName
  private readonly units: number | null
  private readonly seed: number | null
  private variables: Record<string, tfl.LayerVariable> = {}

  /** @throws InvalidArgumentError when the score is unknown. */
  constructor(args: AttentiveAttentionArgs = {}) {
    super({ ...args, name: args.name ?? defaultName('attention') })
    const { score = 'additive', units, seed } = args
    if (!Object.hasOwn(attentionScores, score))
      throw new InvalidArgumentError({
        argument: 'score',
        expected: Object.keys(attentionScores).join(', '),
        received: String(score),
      })
    if (units) requireSizes({ units })
    this.score = score
    this.units = units ?? null
    this.seed = seed ?? null
    this.supportsMasking = true
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const [keySize, querySize] = shapeList(inputShape).map((shape) => shape.at(-1)) as [number, number]
    const sizes = { keySize, querySize, attentionSize: this.units ?? querySize }
    const shapes = Object.entries(attentionScores[this.score].weightShapes(sizes))
    this.variables = Object.fromEntries(
      shapes.map(([name, shape], i) => {
        const seed = this.seed === null ? undefined : this.seed + i
        return [name, this.addWeight(name, shape, 'float32', tfl.initializers.glorotUniform({ seed }))]
      }),
    )
    this.built = true
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [memory, queries] = shapeList(inputShape) as [tfl.Shape, tfl.Shape]
    return [queries[0], queries[1], memory[2]] as tfl.Shape
  }

  /** The outputs have the queries' mask. */
  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return (Array.isArray(mask) ? (mask[1] ?? null) : null) as tf.Tensor
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const [values, queries, mask = kerasMask(this, kwargs)] = inputList(inputs) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor?,
      ]
      const score = attentionScores[this.score]
      const weights: NamedTensors = Object.fromEntries(
        Object.entries(this.variables).map(([name, variable]) => [name, variable.read()]),
      )
      const memory = prepareMemory(score, weights, values, mask)
      return attend({ queries, memory, score, kernels: score.kernels(weights) }).context
    })
  }

  override getConfig() {
    return { ...super.getConfig(), score: this.score, units: this.units, seed: this.seed }
  }
}
tf.serialization.registerClass(AttentiveAttention)
