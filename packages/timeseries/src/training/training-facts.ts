import type { Module, TrainResult } from '@attentive/core'

/** What a model card says of any training; see `modelCard`. */
export function trainingFacts(
  network: Module,
  { best, steps, seconds }: Pick<TrainResult, 'best' | 'steps' | 'seconds'>,
): Record<string, string | number> {
  return {
    Parameters: network.parameterCount(),
    'Training steps': best ? `${steps}, the best after ${best.step}` : steps,
    Minutes: (seconds / 60).toFixed(1),
  }
}
