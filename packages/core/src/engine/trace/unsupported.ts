/** TensorFlow.js's complaint about an operation without a kernel rule, as an error of this toolkit. */
import { UnsupportedOperationError } from '../../errors.js'
import { traceBackendName } from './backend.js'
import { userLine } from './user-line.js'

const complaint = new RegExp(`[Kk]ernel '(\\w+)'.*backend '${traceBackendName}'`)

/** The error to throw in place of one that came out of a trace: itself, if it is about anything else. */
export function asUnsupportedOperation(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const kernel = complaint.exec(error.message)?.[1]
  if (!kernel) return error
  return new UnsupportedOperationError({
    argument: userLine((error.stack ?? '').split('\n').slice(1)),
    expected: 'operations that have a graph form',
    received: kernel,
    cause: error,
  })
}
