/**
 * 16-bit floats. float16: 5 exponent and 10 mantissa bits, IEEE 754 binary16; bfloat16: 8 and 7, the upper half of a
 * float32. Both round to the nearest, ties to even.
 */
import { Float16Array } from '@petamoriken/float16'

let float16Values: Float32Array | undefined

/** The value of each of the 65,536 float16 bit patterns: looking one up is far quicker than decoding it. */
function float16Table(): Float32Array {
  float16Values ??= Float32Array.from(
    new Float16Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer),
  )
  return float16Values
}

/** The largest finite float16. */
export const maxFloat16 = 65504

/** Bit patterns of `values` in float16. Values that round to more than ±65,504 become infinite. */
export function toFloat16(values: Float32Array): Uint16Array {
  return new Uint16Array(new Float16Array(values).buffer)
}

export function fromFloat16(bits: Uint16Array): Float32Array {
  const table = float16Table()
  const values = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i] as number] as number
  return values
}

/** Bit patterns of `values` in bfloat16. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const bits = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) {
    const word = words[i] as number
    const notANumber = (word & 0x7fffffff) > 0x7f800000
    // Adding just under half of the last kept place, plus that place's own bit, rounds to nearest even.
    bits[i] = notANumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return bits
}

export function fromBfloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16
  return new Float32Array(words.buffer)
}
