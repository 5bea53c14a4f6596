/** Schedules as functions of the step t = 1, 2, …, each a factor on the base rate (Noam: the rate itself). */

export type RateFactor = (step: number) => number

/** Rises linearly to 1 over the first `warmupSteps`: min(1, t / warmupSteps). */
export function linearWarmup(warmupSteps: number): RateFactor {
  return (step) => (warmupSteps > 0 ? Math.min(1, step / warmupSteps) : 1)
}

/** Progress from 0 to 1 between the first step after warm-up and `totalSteps`. */
function progress(step: number, warmupSteps: number, totalSteps: number): number {
  return Math.min(1, Math.max(0, (step - 1 - warmupSteps) / Math.max(1, totalSteps - warmupSteps)))
}

/** Falls linearly from 1 to `floor` at `totalSteps`. */
export function linearDecay(warmupSteps: number, totalSteps: number, floor: number): RateFactor {
  return (step) => 1 - (1 - floor) * progress(step, warmupSteps, totalSteps)
}

/** floor + (1 − floor)(1 + cos π p) / 2, p the progress (Loshchilov & Hutter 2017, equation 5, one period). */
export function cosineDecay(warmupSteps: number, totalSteps: number, floor: number): RateFactor {
  return (step) =>
    floor + ((1 - floor) * (1 + Math.cos(Math.PI * progress(step, warmupSteps, totalSteps)))) / 2
}

/** factor^⌊(t − 1) / every⌋: a step down every `every` updates. */
export function stepDecay(every: number, factor: number): RateFactor {
  return (step) => factor ** Math.floor((step - 1) / every)
}

/** factor^((t − 1) / every): the same decay, continuously. */
export function exponentialDecay(every: number, factor: number): RateFactor {
  return (step) => factor ** ((step - 1) / every)
}

/** factor · d^−½ · min(t^−½, t · warmup^−3⁄2), d the model's size (Vaswani et al. 2017, section 5.3, equation 3). */
export function noam(modelSize: number, warmupSteps: number, factor: number): RateFactor {
  return (step) => factor * modelSize ** -0.5 * Math.min(step ** -0.5, step * warmupSteps ** -1.5)
}
