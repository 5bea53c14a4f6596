/**
 * The header of a safetensors file (https://github.com/huggingface/safetensors#format): 8 bytes with the length of
 * the JSON that follows, which gives dtype, shape and place of every tensor. Everything is checked before any of the
 * data is touched.
 */
import { z } from 'zod'
import { CheckpointError } from '../errors.js'
import { parseCheckedJson } from './checked-json.js'

/** Bytes of one element of each dtype that is understood. */
export const elementBytes = { F32: 4, I32: 4, F16: 2, BF16: 2, BOOL: 1 } as const
export type SafetensorsDType = keyof typeof elementBytes

/** A tensor's place in the file. */
export interface TensorEntry {
  name: string
  dtype: SafetensorsDType
  shape: number[]
  /** Offsets into the data that follows the header. */
  begin: number
  end: number
}

export interface SafetensorsHeader {
  entries: TensorEntry[]
  metadata: Record<string, string>
  /** Where the data begins in the file. */
  dataOffset: number
}

/** 16 MiB hold the names of some hundred thousand tensors. */
const maxHeaderBytes = 16 * 2 ** 20
const lengthBytes = 8
const size = z.number().int().nonnegative()
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(
  z.strictObject({
    dtype: z.string(),
    shape: z.array(size).max(16),
    data_offsets: z.tuple([size, size]),
  }),
)

/** @throws CheckpointError saying what is wrong with it. */
export function parseHeader(bytes: Uint8Array, name: string): SafetensorsHeader {
  const refuse = (expected: string, received: string, argument = name): never => {
    throw new CheckpointError({ argument, expected, received })
  }
  if (bytes.length < lengthBytes) refuse('a safetensors file', `${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerBytes = view.getBigUint64(0, true)
  const available = Math.min(maxHeaderBytes, bytes.length - lengthBytes)
  if (headerBytes > BigInt(available)) refuse(`a header of at most ${available} bytes`, `${headerBytes}`)
  const dataOffset = lengthBytes + Number(headerBytes)
  const json = parseCheckedJson(bytes.subarray(lengthBytes, dataOffset), {
    name: `${name} (header)`,
    maxBytes: maxHeaderBytes,
  })
  const parsed = headerSchema.safeParse(json)
  if (!parsed.success) return refuse('a safetensors header', z.prettifyError(parsed.error))
  const { __metadata__: metadata = {}, ...tensors } = parsed.data
  const entries = Object.entries(tensors).map(
    ([
      tensor,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      const argument = `${name}: tensor "${tensor}"`
      if (!Object.hasOwn(elementBytes, dtype))
        refuse(`a dtype of ${Object.keys(elementBytes).join(', ')}`, dtype, argument)
      const entry: TensorEntry = { name: tensor, dtype: dtype as SafetensorsDType, shape, begin, end }
      const expected = shape.reduce((product, n) => product * n, elementBytes[entry.dtype])
      if (!Number.isSafeInteger(expected) || expected !== end - begin)
        refuse(`${expected} bytes for ${dtype} [${shape}]`, `offsets ${begin} to ${end}`, argument)
      return entry
    },
  )
  requireSeamless(entries, bytes.length - dataOffset, name)
  return { entries, metadata, dataOffset }
}

/** Tensors must fill the data from its first to its last byte, without gap or overlap. */
function requireSeamless(entries: TensorEntry[], dataBytes: number, name: string): void {
  let next = 0
  for (const { name: tensor, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== next)
      throw new CheckpointError({
        argument: `${name}: tensor "${tensor}"`,
        expected: `data from byte ${next} on, where the tensor before ends`,
        received: `from byte ${begin} on`,
      })
    next = end
  }
  if (next !== dataBytes)
    throw new CheckpointError({
      argument: name,
      expected: `${next} bytes of tensor data`,
      received: `${dataBytes}`,
      hint: next > dataBytes ? 'The file is cut off.' : undefined,
    })
}
