import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NdArray } from '../../src/engine/nd-array.js'
import { CheckpointError, InvalidArgumentError } from '../../src/errors.js'
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '../../src/io/half-precision.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.js'

const golden: {
  file: string
  values: Record<string, number[]>
  shapes: Record<string, number[]>
  floatBits: number[]
  float16Bits: number[]
  bfloat16Bits: number[]
} = JSON.parse(readFileSync(new URL('../golden/safetensors.json', import.meta.url), 'utf8'))

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))

describe('decodeSafetensors', () => {
  it('reads what the reference library wrote', () => {
    const { tensors, metadata, dtypes } = decodeSafetensors(bytesOf(golden.file))
    expect(metadata).toEqual({ made: 'by Python' })
    expect(dtypes.half).toBe('F16')
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(golden.values).sort())
    for (const [name, { data, shape }] of Object.entries(tensors)) {
      expect(shape).toEqual(golden.shapes[name])
      expect([...data]).toEqual(golden.values[name])
    }
  })

  it('does not mind where in memory the bytes lie', () => {
    const bytes = bytesOf(golden.file)
    const shifted = new Uint8Array(bytes.length + 3).subarray(3)
    shifted.set(bytes)
    expect([...(decodeSafetensors(shifted).tensors['encoder.kernel'] as NdArray).data]).toEqual(
      golden.values['encoder.kernel'],
    )
  })
})

describe('encodeSafetensors', () => {
  const array = fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
      fc.constantFrom('float32', 'int32', 'bool'),
    )
    .map(([shape, dtype]) => {
      const result = NdArray.zeros(shape, dtype)
      result.data.forEach((_, i) => {
        result.data[i] = dtype === 'bool' ? i % 2 : i * 3 - 5
      })
      return result
    })
  const names = fc.string({ maxLength: 12 }).filter((name) => name !== '__proto__' && name !== '__metadata__')

  it('is undone by decodeSafetensors, for any names, shapes and dtypes', () => {
    fc.assert(
      fc.property(fc.dictionary(names, array), (tensors) => {
        const file = encodeSafetensors(tensors, { metadata: { a: 'b' } })
        const decoded = decodeSafetensors(file)
        expect(new Map(Object.entries(decoded.tensors))).toEqual(new Map(Object.entries(tensors)))
        expect(decoded.metadata).toEqual({ a: 'b' })
      }),
    )
  })

  it('keeps data aligned when dtypes mix, and marks 16-bit formats', () => {
    const tensors = {
      flags: new NdArray(Uint8Array.of(1, 0, 1), [3]),
      weights: new NdArray(Float32Array.of(0.1, -2), [2]),
      ids: new NdArray(Int32Array.of(7), [1]),
    }
    const decoded = decodeSafetensors(encodeSafetensors(tensors, { format: 'bfloat16' }))
    expect(decoded.dtypes).toEqual({ ids: 'I32', weights: 'BF16', flags: 'BOOL' })
    expect(decoded.tensors.ids).toEqual(tensors.ids)
    expect(decoded.tensors.weights?.data[0]).toBeCloseTo(0.1, 3)
  })

  it('refuses float16 for numbers that would become infinite', () => {
    const tensors = { w: new NdArray(Float32Array.of(1, 70_000), [2]) }
    expect(() => encodeSafetensors(tensors, { format: 'float16' })).toThrow(/w: .*65504.*70000.*bfloat16/)
    expect(encodeSafetensors(tensors, { format: 'bfloat16' }).length).toBeGreaterThan(8)
  })

  it('refuses names that the format cannot hold', () => {
    const tensor = NdArray.zeros([1])
    for (const name of ['__proto__', '__metadata__'])
      expect(() => encodeSafetensors(Object.fromEntries([[name, tensor]]))).toThrow(InvalidArgumentError)
  })
})

describe('16-bit floats', () => {
  const values = new Float32Array(Uint32Array.from(golden.floatBits).buffer)

  it('round as PyTorch rounds', () => {
    expect([...toFloat16(values)]).toEqual(golden.float16Bits)
    expect([...toBfloat16(values)]).toEqual(golden.bfloat16Bits)
  })

  it('come back from every bit pattern', () => {
    const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i)
    for (const [decode, encode] of [
      [fromFloat16, toFloat16],
      [fromBfloat16, toBfloat16],
    ] as const) {
      const back = encode(decode(patterns))
      const wrong = [...patterns].filter(
        (bits) => back[bits] !== bits && !Number.isNaN(decode(Uint16Array.of(bits))[0]),
      )
      expect(wrong).toEqual([])
    }
  })

  it('keep NaN', () => {
    const nan = Float32Array.of(Number.NaN)
    expect(fromFloat16(toFloat16(nan))[0]).toBeNaN()
    expect(fromBfloat16(toBfloat16(nan))[0]).toBeNaN()
    expect(fromBfloat16(toBfloat16(new Float32Array(Uint32Array.of(0x7f800001).buffer)))[0]).toBeNaN()
  })
})

describe('hostile headers', () => {
  /** A file with this JSON as header, and so many bytes of data. */
  function file(
    header: string,
    dataBytes = 8,
    headerBytes = Buffer.byteLength(header),
  ): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(8 + Buffer.byteLength(header) + dataBytes)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
    bytes.set(new TextEncoder().encode(header), 8)
    return bytes
  }
  const tensor = (shape: string, offsets: string, dtype = 'F32') =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`

  const cases: Record<string, [Uint8Array<ArrayBuffer>, RegExp]> = {
    'an empty file': [new Uint8Array(0), /expected a safetensors file, received 0 bytes/],
    'a length beyond the file': [file('{}', 0, 1e15), /header of at most 2 bytes, received 1000000000000000/],
    'no JSON': [file('{nonsense', 0), /UTF-8 encoded JSON/],
    'JSON that is no object': [file('[1]', 0), /safetensors header/],
    'a dtype unknown': [file(`{"a":${tensor('[2]', '[0,8]', 'F99')}}`), /"a".*dtype of F32.*F99/],
    'a shape that does not fit': [file(`{"a":${tensor('[3]', '[0,8]')}}`), /12 bytes for F32 \[3\]/],
    'a shape that overflows': [
      file(`{"a":${tensor('[4294967296,4294967296,4294967296]', '[0,8]')}}`),
      /"a": expected .* received offsets 0 to 8/,
    ],
    'a product that wraps around to the right number': [
      file(`{"a":${tensor('[4611686018427387904,2]', '[0,8]')}}`),
      /"a"|safetensors header/,
    ],
    'a negative shape': [file(`{"a":${tensor('[-2]', '[0,8]')}}`), /safetensors header/],
    'offsets turned round': [file(`{"a":${tensor('[2]', '[8,0]')}}`), /offsets 8 to 0/],
    'offsets beyond the data': [
      file(`{"a":${tensor('[4]', '[0,16]')}}`),
      /16 bytes of tensor data, received 8/,
    ],
    'overlapping tensors': [
      file(`{"a":${tensor('[1]', '[0,4]')},"b":${tensor('[2]', '[0,8]')}}`),
      /"b": expected data from byte 4 on/,
    ],
    'a gap': [file(`{"a":${tensor('[1]', '[4,8]')}}`), /from byte 0 on/],
    'data that belongs to nobody': [
      file(`{"a":${tensor('[1]', '[0,4]')}}`),
      /4 bytes of tensor data, received 8/,
    ],
    'a name twice': [
      file(`{"a":${tensor('[2]', '[0,8]')},"a":${tensor('[2]', '[0,8]')}}`),
      /every key once, received a key that is there twice/,
    ],
    'a name twice, spelled differently': [
      file(`{"a":${tensor('[2]', '[0,8]')},"\\u0061":${tensor('[2]', '[0,8]')}}`),
      /twice/,
    ],
    'the name __proto__': [file(`{"__proto__":${tensor('[2]', '[0,8]')}}`), /__proto__/],
    'metadata that is no text': [file('{"__metadata__":{"a":1}}', 0), /safetensors header/],
    'further fields': [
      file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}`),
      /safetensors header/,
    ],
    'deep nesting': [file('['.repeat(1_000_000), 0), /JSON/],
  }
  for (const [name, [bytes, message]] of Object.entries(cases))
    it(`with ${name} are refused`, () => {
      expect(() => decodeSafetensors(bytes, 'weights')).toThrow(CheckpointError)
      expect(() => decodeSafetensors(bytes, 'weights')).toThrow(message)
    })

  it('never crash the reader, whatever byte changes', () => {
    const original = bytesOf(golden.file)
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), fc.nat(original.length), (at, value, length) => {
        const bytes = original.slice(0, length % 3 === 0 ? length : undefined)
        bytes[at] = value
        try {
          decodeSafetensors(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
