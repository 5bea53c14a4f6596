/**
 * Masks of tf.layers. TensorFlow.js 4.22 keeps one set of keyword arguments for a whole pass, so a layer whose input
 * has no mask is handed the last mask of whatever ran before, even of another branch. Whether the mask is meant is
 * seen from the model's graph.
 */
import type * as tf from '@tensorflow/tfjs-core'
import type * as tfl from '@tensorflow/tfjs-layers'
import { InvalidArgumentError } from '../errors.js'

export type Kwargs = Record<string, unknown>
type KerasLayer = tfl.layers.Layer

/** Whether a mask belongs to the tensor: one was made upstream, and every layer since hands masks on. */
function isMasked({ sourceLayer, inputs, rank }: tfl.SymbolicTensor): boolean {
  if (rank < 3 || !sourceLayer.supportsMasking) return false
  const makesOne = ['Embedding', 'Masking'].includes(sourceLayer.getClassName())
  return makesOne || inputs.some(isMasked)
}

/**
 * The mask `[B, T]` of the layer's first input, or undefined when it has none.
 * @throws InvalidArgumentError when the layer is shared between masked and unmasked inputs.
 */
export function kerasMask(layer: KerasLayer, kwargs: Kwargs): tf.Tensor | undefined {
  const given = [kwargs.mask].flat()[0] as tf.Tensor | null | undefined
  const masked = layer.inboundNodes.map(({ inputTensors }) => isMasked(inputTensors[0] as tfl.SymbolicTensor))
  if (!given || !masked.includes(true)) return undefined
  if (masked.includes(false))
    throw new InvalidArgumentError({
      argument: layer.name,
      expected: 'inputs that all have a mask, or none',
      received: 'some with and some without',
      hint: 'Give the mask as a further input, or use a layer for each.',
    })
  return given
}

/** A layer's inputs as a list, one or several. */
export function inputList<T>(inputs: T | T[]): T[] {
  return Array.isArray(inputs) ? inputs : [inputs]
}

/** Shape or shapes as a list of shapes. */
export function shapeList(shape: tfl.Shape | tfl.Shape[]): tfl.Shape[] {
  return (Array.isArray(shape[0]) ? shape : [shape]) as tfl.Shape[]
}

let made = 0

/** A default name: TensorFlow.js would make one from the class name, whose `>` it refuses in names of weights. */
export function defaultName(kind: string): string {
  return `attentive_${kind}_${++made}`
}
