/**
 * Module: named parameters and pure functions of them. A layer is a class whose fields are `Parameter`s and other
 * modules; nothing is remembered between calls.
 */

import { NdArray } from '../engine/nd-array.js'
import { Parameter } from '../engine/parameter.js'
import { CheckpointError } from '../errors.js'

/** Values by parameter name, as saved in `model.safetensors`. */
export type StateDict = Record<string, NdArray>

export abstract class Module {
  /**
   * Parameters by dotted path in order of declaration: `encoder.weightIhL0`. A parameter that is used in two places
   * (tied weights) is listed once, under its first name.
   */
  namedParameters(): Map<string, Parameter> {
    const found = new Map<string, Parameter>()
    const seen = new Set<unknown>()
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return
      if (value instanceof Parameter) {
        seen.add(value)
        found.set(path, value)
      } else if (value instanceof Module || Array.isArray(value)) {
        seen.add(value)
        for (const [key, child] of Object.entries(value)) visit(child, path ? `${path}.${key}` : key)
      }
    }
    visit(this, '')
    return found
  }

  parameters(): Parameter[] {
    return [...this.namedParameters().values()]
  }

  /** Number of trained numbers. */
  parameterCount(): number {
    return this.parameters().reduce((sum, parameter) => sum + parameter.size, 0)
  }

  /** A copy of all values. */
  stateDict(): StateDict {
    return Object.fromEntries(
      [...this.namedParameters()].map(([name, { data, shape }]) => [name, new NdArray(data.slice(), shape)]),
    )
  }

  /**
   * Takes over saved values.
   * @throws CheckpointError naming the parameter and both shapes when names or shapes differ; nothing is changed then.
   */
  loadStateDict(state: StateDict): void {
    const parameters = this.namedParameters()
    for (const [name, { shape }] of parameters) {
      const saved = Object.hasOwn(state, name) ? state[name] : undefined
      if (!saved)
        throw new CheckpointError({
          argument: name,
          expected: `values of shape [${shape}]`,
          received: 'none',
        })
      if (saved.shape.join() !== shape.join())
        throw new CheckpointError({
          argument: name,
          expected: `shape [${shape}]`,
          received: `shape [${saved.shape}]`,
        })
    }
    for (const name of Object.keys(state))
      if (!parameters.has(name))
        throw new CheckpointError({
          argument: name,
          expected: 'no parameter of this name',
          received: 'saved values for it',
        })
    for (const [name, parameter] of parameters) parameter.assign((state[name] as NdArray).data)
  }

  /** Frees the tensors that parameters keep on the current backend. The values stay. */
  dispose(): void {
    for (const parameter of this.parameters()) parameter.release()
  }
}
