/** The state of an optimiser as plain data: what a checkpoint holds beside the weights. */
import type { FlatArray } from '../../engine/native/flat-memory.js'
import { NdArray } from '../../engine/nd-array.js'
import type { Parameter } from '../../engine/parameter.js'
import { CheckpointError } from '../../errors.js'

export interface OptimizerState {
  type: string
  /** Updates made. */
  step: number
  learningRate: number
  skippedSteps: number
  /** Moments by `slot.parameter`, such as `firstMoment.encoder.kernel`. */
  tensors: Record<string, NdArray>
}

type Header = Omit<OptimizerState, 'tensors'>

/** A copy of the moments in `slots`, each with its parameter's shape. */
export function exportState(
  header: Header,
  names: readonly string[],
  parameters: readonly Parameter[],
  slots: Record<string, FlatArray>,
): OptimizerState {
  const entries = Object.entries(slots).flatMap(([slot, { views }]) =>
    views.map((view, i) => [
      `${slot}.${names[i]}`,
      new NdArray(view.slice(), (parameters[i] as Parameter).shape),
    ]),
  )
  return { ...header, tensors: Object.fromEntries(entries) }
}

/** Copies saved moments into `slots` after checking all of them. */
export function importState(
  { type, tensors }: OptimizerState,
  expectedType: string,
  names: readonly string[],
  slots: Record<string, FlatArray>,
): void {
  if (type !== expectedType)
    throw new CheckpointError({
      argument: 'optimizer.type',
      expected: `"${expectedType}"`,
      received: `"${type}"`,
    })
  const pairs = Object.entries(slots).flatMap(([slot, { views }]) =>
    views.map((view, i) => ({ view, name: `${slot}.${names[i]}` })),
  )
  for (const { view, name } of pairs) {
    const saved = Object.hasOwn(tensors, name) ? tensors[name] : undefined
    if (saved?.data.length !== view.length)
      throw new CheckpointError({
        argument: `optimizer state ${name}`,
        expected: `${view.length} numbers`,
        received: saved ? `${saved.data.length}` : 'none',
      })
  }
  for (const { view, name } of pairs) view.set((tensors[name] as NdArray).data)
}
