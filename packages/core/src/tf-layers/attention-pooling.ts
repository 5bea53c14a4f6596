import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { requireSizes } from '../layers/options.js'
import { linear } from '../ops/linear.js'
import { maskedSoftmax } from '../ops/masked-softmax.js'
import { defaultName, inputList, type Kwargs, kerasMask, shapeList } from './keras-mask.js'

export type AttentivePoolingArgs = ConstructorParameters<typeof tfl.layers.Layer>[0] & {
  /** A, the size of the space in which steps are compared; default: the size of a step. */
  units?: number
  /** Of the first weights (Glorot uniform). Default: other weights at every construction. */
  seed?: number
}

/**
 * One vector for a sequence, for `tf.sequential`: the mean of its steps, weighted by attention from a learned query
 * (Yang et al. 2016, "Hierarchical attention networks", equations 5 to 7):
 *
 *     a = softmax_t(vᵀ tanh(W x_t + b));   y = Σ_t a_t x_t
 *
 * Input: `[B, T, D]`, alone (a mask of `maskZero` or `masking` is respected) or with a mask `[B, T]` as second input.
 * Output: `[B, D]`.
 */
export class AttentivePooling extends tfl.layers.Layer {
  static readonly className = 'Attentive>Pooling'
  private readonly units: number | null
  private readonly seed: number | null
  private weight: tfl.LayerVariable | null = null
  private bias: tfl.LayerVariable | null = null
  private energy: tfl.LayerVariable | null = null

  constructor(args: AttentivePoolingArgs = {}) {
    super({ ...args, name: args.name ?? defaultName('pooling') })
    if (args.units) requireSizes({ units: args.units })
    this.units = args.units ?? null
    this.seed = args.seed ?? null
    this.supportsMasking = true
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const size = shapeList(inputShape)[0]?.at(-1) as number
    const units = this.units ?? size
    const glorot = (i: number) =>
      tfl.initializers.glorotUniform({ seed: this.seed === null ? undefined : this.seed + i })
    this.weight = this.addWeight('weight', [units, size], 'float32', glorot(0))
    this.bias = this.addWeight('bias', [units], 'float32', tfl.initializers.zeros())
    this.energy = this.addWeight('energyWeight', [1, units], 'float32', glorot(1))
    this.built = true
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, , size] = shapeList(inputShape)[0] as tfl.Shape
    return [batch, size] as tfl.Shape
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const [x, mask = kerasMask(this, kwargs)] = inputList(inputs) as [tf.Tensor, tf.Tensor?]
      const [weight, bias, energy] = [this.weight, this.bias, this.energy].map((variable) =>
        (variable as tfl.LayerVariable).read(),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor]
      const energies = tf.squeeze(linear(tf.tanh(linear(x, weight, bias)), energy), [2]) // [B, T]
      const shares = tf.expandDims(maskedSoftmax(energies, mask), 1)
      return tf.squeeze(tf.matMul(shares, x), [1])
    })
  }

  override getConfig() {
    return { ...super.getConfig(), units: this.units, seed: this.seed }
  }
}
tf.serialization.registerClass(AttentivePooling)
