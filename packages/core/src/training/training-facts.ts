import type { Module } from '../layers/module.js'
import type { TrainResult } from './train-options.js'

/** What a model card says of any training; see `modelCard`. */
export function trainingFacts(
  model: Module,
  { best, averaged, steps, seconds }: Pick<TrainResult, 'best' | 'averaged' | 'steps' | 'seconds'>,
): Record<string, string | number> {
  return {
    Parameters: model.parameterCount(),
    'Training steps': best ? `${steps}, the best after ${best.step}` : steps,
    ...(averaged ? { 'Mean of the weights after steps': averaged.steps.join(', ') } : {}),
    Minutes: (seconds / 60).toFixed(1),
  }
}
