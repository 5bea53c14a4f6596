/** The builder of the trace that is running: kernels have no other way to reach it. */
import { TraceError } from '../../errors.js'
import type { Builder } from './builder.js'

let current: Builder | null = null

export function currentBuilder(): Builder {
  if (!current)
    throw new TraceError({
      expected: 'a tensor of a live trace',
      received: 'a traced tensor used after its function returned',
      hint: 'Tensors made inside a compiled function exist only there: return what you need.',
    })
  return current
}

export function withBuilder<T>(builder: Builder, body: () => T): T {
  const former = current
  current = builder
  try {
    return body()
  } finally {
    current = former
  }
}
