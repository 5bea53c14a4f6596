/** Named arrays as bytes in the safetensors format, and back. */
import { type DType, NdArray, type NdData } from '../engine/nd-array.js'
import { InvalidArgumentError } from '../errors.js'
import { fromBfloat16, fromFloat16, maxFloat16, toBfloat16, toFloat16 } from './half-precision.js'
import { elementBytes, parseHeader, type SafetensorsDType, type TensorEntry } from './safetensors-header.js'

/** How float32 arrays are stored; 16-bit formats halve the size. */
export type FloatFormat = 'float32' | 'float16' | 'bfloat16'

export interface EncodeOptions {
  /** Default `'float32'`. */
  format?: FloatFormat
  /** Free text that travels with the tensors. */
  metadata?: Record<string, string>
}

interface Codec {
  dtype: DType
  /** From bytes aligned to the element's size. */
  decode(bytes: Uint8Array<ArrayBuffer>): NdData
  encode(data: NdData): ArrayBufferView
}

const words = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) =>
  new Uint16Array(buffer, byteOffset, byteLength / 2)

const codecs: Record<SafetensorsDType, Codec> = {
  F32: {
    dtype: 'float32',
    decode: ({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4),
    encode: (data) => data,
  },
  I32: {
    dtype: 'int32',
    decode: ({ buffer, byteOffset, byteLength }) => new Int32Array(buffer, byteOffset, byteLength / 4),
    encode: (data) => data,
  },
  F16: {
    dtype: 'float32',
    decode: (bytes) => fromFloat16(words(bytes)),
    encode: (data) => toFloat16(data as Float32Array),
  },
  BF16: {
    dtype: 'float32',
    decode: (bytes) => fromBfloat16(words(bytes)),
    encode: (data) => toBfloat16(data as Float32Array),
  },
  BOOL: { dtype: 'bool', decode: (bytes) => bytes, encode: (data) => data },
}

const floatDTypes = { float32: 'F32', float16: 'F16', bfloat16: 'BF16' } as const

function storedAs({ dtype }: NdArray, format: FloatFormat): SafetensorsDType {
  if (dtype === 'float32') return floatDTypes[format]
  return dtype === 'int32' ? 'I32' : 'BOOL'
}

/**
 * The bytes of a safetensors file.
 * @param tensors arrays by name; larger elements are laid out first, so that all stay aligned.
 * @throws InvalidArgumentError for the names `__metadata__` and `__proto__`, which the format cannot hold, and for
 *   numbers too large for `float16`.
 */
export function encodeSafetensors(
  tensors: Record<string, NdArray>,
  { format = 'float32', metadata }: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const rows = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, tensor, dtype: storedAs(tensor, format) }))
    .sort((a, b) => elementBytes[b.dtype] - elementBytes[a.dtype])
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {}
  let size = 0
  const placed = rows.map(({ name, tensor, dtype }) => {
    requireName(name)
    if (dtype === 'F16') requireFloat16Range(name, tensor.data)
    const begin = size
    size += tensor.size * elementBytes[dtype]
    header[name] = { dtype, shape: tensor.shape, data_offsets: [begin, size] }
    return { begin, tensor, dtype }
  })
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(json.length / 8) * 8
  const file = new Uint8Array(8 + headerBytes + size)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.fill(0x20, 8 + json.length, 8 + headerBytes)
  file.set(json, 8)
  for (const { begin, tensor, dtype } of placed) {
    const { buffer, byteOffset, byteLength } = codecs[dtype].encode(tensor.data)
    file.set(new Uint8Array(buffer, byteOffset, byteLength), 8 + headerBytes + begin)
  }
  return file
}

function requireName(name: string): void {
  if (name === '__metadata__' || name === '__proto__')
    throw new InvalidArgumentError({
      argument: 'tensors',
      expected: 'names other than __metadata__ and __proto__',
      received: name,
    })
}

function requireFloat16Range(name: string, data: NdData): void {
  const largest = data.find((value) => Math.abs(value) > maxFloat16 && Number.isFinite(value))
  if (largest !== undefined)
    throw new InvalidArgumentError({
      argument: `tensors: ${name}`,
      expected: `numbers up to ${maxFloat16} in size for float16`,
      received: String(largest),
      hint: 'Save it as bfloat16 or float32.',
    })
}

/** The tensors of a safetensors file, in the file's order; 16-bit floats become float32. */
export interface Safetensors {
  tensors: Record<string, NdArray>
  /** The dtype each tensor has in the file. */
  dtypes: Record<string, SafetensorsDType>
  metadata: Record<string, string>
}

/**
 * Reads the bytes of a safetensors file. 32-bit tensors share its memory.
 * @param name the file, for error messages.
 * @throws CheckpointError when anything in it is not as the format demands, or a dtype is not understood.
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, name = 'safetensors'): Safetensors {
  const { entries, metadata, dataOffset } = parseHeader(bytes, name)
  const read = ({ dtype, shape, begin, end }: TensorEntry) => {
    const range = bytes.subarray(dataOffset + begin, dataOffset + end)
    const aligned = range.byteOffset % elementBytes[dtype] === 0 ? range : range.slice()
    const { decode, dtype: hostDType } = codecs[dtype]
    return new NdArray(decode(aligned), shape, hostDType)
  }
  return {
    tensors: Object.fromEntries(entries.map((entry) => [entry.name, read(entry)])),
    dtypes: Object.fromEntries(entries.map(({ name: tensor, dtype }) => [tensor, dtype])),
    metadata,
  }
}
