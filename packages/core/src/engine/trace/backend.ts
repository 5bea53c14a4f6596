/** The TensorFlow.js backend named `attentive-trace`: its kernels record nodes instead of computing. */
import * as tf from '@tensorflow/tfjs-core'
import { TraceError, UnsupportedOperationError } from '../../errors.js'
import { onBackend } from '../backends/current-backend.js'
import { kernelTable } from '../kernels/index.js'
import type { KernelInputs, KernelRule } from '../kernels/rule.js'
import type { DType, NdData } from '../nd-array.js'
import { arrayTypes, sizeOf } from '../nd-array.js'
import { currentBuilder } from './current-builder.js'
import type { Value } from './ir.js'
import { infoOf, TracedData, tracedValue } from './traced-data.js'
import { refuseFrozenRandomness, userLine } from './user-line.js'

export const traceBackendName = 'attentive-trace'

function toTypedArray(values: tf.BackendValues, dtype: DType): NdData {
  const Constructor = arrayTypes[dtype]
  return values instanceof Constructor ? values : Constructor.from(values as unknown as ArrayLike<number>)
}

/** The content of a constant. A value that is only known when the graph runs cannot be read. */
function readConstant(value: Value): NdData {
  const { constant, dtype, shape } = value
  if (constant && 'data' in constant) return constant.data as NdData
  if (constant) return new arrayTypes[dtype as DType](sizeOf(shape)).fill(constant.uniform)
  throw new TraceError({
    argument: userLine(),
    expected: 'a function whose control flow does not depend on tensor values',
    received: 'dataSync(), arraySync() or data() on a traced tensor',
    hint: 'Use tf.where, masks or scan instead, or read the value from what the compiled function returns.',
  })
}

class TraceBackend extends tf.KernelBackend {
  private data = 0

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
      throw new TraceError({ argument: userLine(), expected: 'float32, int32 or bool', received: dtype })
    const typed = toTypedArray(values, dtype)
    refuseFrozenRandomness(typed)
    this.data++
    return new TracedData(currentBuilder().constant(typed, shape, dtype))
  }

  override move(): void {
    throw new TraceError({
      argument: userLine(),
      expected: 'a tensor that is passed in or read while tracing',
      received: 'a tensor moved from another backend',
    })
  }

  override readSync(dataId: object): NdData {
    return readConstant((dataId as TracedData).value)
  }

  override async read(dataId: object): Promise<NdData> {
    return this.readSync(dataId)
  }

  override refCount(dataId: object): number {
    return (dataId as TracedData).references
  }

  override incRef(dataId: object): void {
    ;(dataId as TracedData).references++
  }

  override disposeData(dataId: object, force = false): boolean {
    const data = dataId as TracedData
    data.references--
    return force || data.references <= 0
  }

  override numDataIds(): number {
    return this.data
  }

  override memory() {
    return {
      unreliable: true,
      numTensors: 0,
      numDataBuffers: 0,
      numBytes: 0,
      reasons: ['traced tensors hold no data'],
    }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override timerAvailable(): boolean {
    return false
  }

  override dispose(): void {}
}

/** How tensors of other backends enter a trace: set by the trace that is running. */
export type CaptureForeign = (info: tf.TensorInfo) => Value

let captureForeign: CaptureForeign | null = null

export function withCapture<T>(capture: CaptureForeign, body: () => T): T {
  const former = captureForeign
  captureForeign = capture
  try {
    return body()
  } finally {
    captureForeign = former
  }
}

export function graphValue(info: tf.TensorInfo): Value {
  const value = tracedValue(info as { dataId: object; shape: number[] })
  if (!value?.constant) refuseClosure(info)
  if (value) return value
  if (captureForeign) return captureForeign(info)
  throw new TraceError({ expected: 'a tensor of the running trace', received: 'a tensor of another backend' })
}

/** What a scan step takes from outside by closure would get no gradient: it must come through consts. */
function refuseClosure(info: tf.TensorInfo): void {
  if (!(info instanceof tf.Tensor) || info.id >= currentBuilder().oldestTensor) return
  throw new TraceError({
    argument: userLine(),
    expected: 'a scan step that uses only its carry, input and consts',
    received: `a tensor of shape [${info.shape}] from outside the step`,
    hint: 'Pass it in consts: gradients reach it only there.',
  })
}

/** A tensor without elements is a constant; ONNX Runtime refuses some operators on such. */
function withoutEmptyWork(value: Value): Value {
  return value.size === 0 ? currentBuilder().uniform(0, value.shape, value.dtype) : value
}

/** What a rule refuses is said with the operation and the user's line. */
function applyRule<Result>(kernelName: string, rule: () => Result): Result {
  try {
    return currentBuilder().asOperation(kernelName, rule)
  } catch (error) {
    if (!(error instanceof UnsupportedOperationError)) throw error
    const { expected, received } = error
    throw new UnsupportedOperationError({
      argument: userLine(),
      expected: `${kernelName} with ${expected}`,
      received,
      cause: error,
    })
  }
}

function registerRule(kernelName: string, rule: KernelRule): void {
  tf.registerKernel({
    kernelName,
    backendName: traceBackendName,
    kernelFunc: ({ inputs, attrs }) => {
      const entries = Object.entries(inputs ?? {}).filter(
        ([, input]) => input !== undefined && input !== null,
      )
      const values = Object.fromEntries(
        entries.map(([name, input]) => [name, graphValue(input as tf.TensorInfo)]),
      )
      const result = applyRule(kernelName, () => rule(values as unknown as KernelInputs, attrs ?? {}))
      const infos = [result].flat().map((value) => infoOf(withoutEmptyWork(value)))
      return (Array.isArray(result) ? infos : infos[0]) as unknown as tf.TensorInfo
    },
  })
}

let registered = false

/** Registers backend and kernels once, on first use: importing the package has no effect on TensorFlow.js. */
function registerTraceBackend(): void {
  if (registered) return
  registered = true
  tf.registerBackend(traceBackendName, () => new TraceBackend(), 0)
  for (const [name, rule] of Object.entries(kernelTable)) registerRule(name, rule)
}

/** Runs `body` with the trace backend as TensorFlow.js's current one. */
export function onTraceBackend<T>(body: () => T): T {
  registerTraceBackend()
  return onBackend(traceBackendName, body)
}
