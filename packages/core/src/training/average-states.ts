import { NdArray } from '../engine/nd-array.js'
import { InvalidArgumentError, ShapeError } from '../errors.js'
import type { StateDict } from '../layers/module.js'

type Sums = Map<string, { sum: Float64Array; shape: readonly number[] }>

/**
 * The mean of several saved states of one model, element by element, such as those of its last checkpoints (Junczys-
 * Dowmunt et al. 2016, "The AMU-UEDIN submission", section 3). Accumulates in float64, one state in memory at a time.
 *
 * @throws InvalidArgumentError when there is none. @throws ShapeError when names or shapes differ.
 */
export async function averageStates(
  states: Iterable<StateDict | Promise<StateDict>> | AsyncIterable<StateDict>,
): Promise<StateDict> {
  let sums: Sums | undefined
  let count = 0
  for await (const state of states) {
    sums ??= new Map(
      Object.entries(state).map(([name, { size, shape }]) => [name, { sum: new Float64Array(size), shape }]),
    )
    accumulate(sums, state)
    count++
  }
  if (!sums)
    throw new InvalidArgumentError({ argument: 'states', expected: 'at least one state', received: 'none' })
  return Object.fromEntries(
    [...sums].map(([name, { sum, shape }]) => [
      name,
      new NdArray(
        Float32Array.from(sum, (x) => x / count),
        shape,
      ),
    ]),
  )
}

function accumulate(sums: Sums, state: StateDict): void {
  const extra = Object.keys(state).find((name) => !sums.has(name))
  for (const [name, { sum, shape }] of sums) {
    const tensor = Object.hasOwn(state, name) ? state[name] : undefined
    if (extra !== undefined || tensor?.shape.join() !== shape.join())
      throw new ShapeError({
        argument: `averageStates: ${extra ?? name}`,
        expected:
          extra === undefined ? `shape [${shape}] in every state` : 'the same parameters in every state',
        received: tensor && extra === undefined ? `[${tensor.shape}]` : 'some states without it',
      })
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (tensor?.data[i] as number)
  }
}
