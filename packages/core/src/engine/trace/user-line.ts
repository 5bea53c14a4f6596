/** Where in the user's code a trace stands: for messages that name the place. */
import { TraceError } from '../../errors.js'
import type { NdData } from '../nd-array.js'

const ownFrame =
  /[\\/](@attentive[\\/]core|packages[\\/]core)[\\/](src|dist)[\\/]|@tensorflow[\\/+]|node:internal/
const randomFrame =
  /\b(randomUniform|randomNormal|truncatedNormal|randomGamma|randomStandardNormal|dropout)(Int)?_?\b/

const hasPlace = /:\d+:\d+\)?$/

/** The stack as it is now. V8 puts it into words, which is slow, only when somebody reads it. */
function mark(): Error {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 60
  const error = new Error()
  Error.stackTraceLimit = stackTraceLimit
  return error
}

const framesOf = ({ stack = '' }: Error): string[] => stack.split('\n').slice(1)

const frames = () => framesOf(mark())

/** Where a node of a graph comes from, for messages about it. */
export class Origin {
  private place: Error | null = mark()

  /** @param operation of TensorFlow.js. */
  constructor(readonly operation: string) {}

  /** The user's line; empty when unknown, or forgotten. */
  get line(): string {
    return this.place ? userLine(framesOf(this.place)) : ''
  }

  /** The place keeps alive what was on the stack. */
  forgetPlace(): void {
    this.place = null
  }
}

/** The innermost stack frame outside this toolkit and TensorFlow.js, such as `model.ts:12:7`; empty when unknown. */
export function userLine(stack: string[] = frames()): string {
  const frame = stack.find((line) => hasPlace.test(line) && !ownFrame.test(line))
  return frame?.trim().replace(/^at /, '') ?? ''
}

/**
 * TensorFlow.js draws its random numbers in JavaScript: in a trace they would freeze into a constant, the same
 * "random" mask at every step. Looks at the stack, but not for arrays of one number all over.
 */
export function refuseFrozenRandomness(values: NdData): void {
  if (!(values instanceof Float32Array)) return
  if (values.length > 1 && values.every((value) => value === values[0])) return
  const stack = frames()
  if (!stack.some((line) => randomFrame.test(line) && line.includes('@tensorflow'))) return
  throw new TraceError({
    argument: userLine(stack),
    expected: 'random numbers from a seeded Rng',
    received:
      'tf.dropout, tf.randomUniform or tf.randomNormal inside a compiled function, where they would freeze',
    hint: 'Draw them with rng.uniform, rng.normal or rng.bernoulli: fresh at every run, the same for the same seed.',
  })
}
