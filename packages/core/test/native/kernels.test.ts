import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileKernels, kernelsModule } from '../../../../tools/build-kernels.js'
import { FlatMemory } from '../../src/engine/native/flat-memory.js'
import { kernelsBase64 } from '../../src/engine/native/kernels.wasm.js'
import { InvalidArgumentError } from '../../src/errors.js'

const floats = fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 1, maxLength: 70 })

/** Two flat arrays `a`, `b` over one parameter, filled with values. */
function filled(a: number[], b: number[] = a.map(() => 0)) {
  const memory = new FlatMemory(['a', 'b'], [a.length])
  const [x, y] = [memory.array('a'), memory.array('b')]
  x.views[0]?.set(a)
  y.views[0]?.set(b)
  return { memory, x, y, values: x.views[0] as Float32Array }
}

describe('the committed binary', () => {
  it('is what the compiler makes of assembly/kernels.ts', async () => {
    expect(kernelsModule(await compileKernels())).toContain(kernelsBase64)
  })
})

describe('kernels', () => {
  it('sumOfSquares equals a loop in double precision', () => {
    fc.assert(
      fc.property(floats, (numbers) => {
        const { memory, x, values } = filled(numbers)
        const expected = values.reduce((sum, value) => sum + value * value, 0)
        const sum = memory.kernels.sumOfSquares(x.address, memory.length)
        expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-12 * expected)
      }),
    )
  })

  it('sumOfSquares stays finite for the largest floats and not for NaN or infinity, wherever they stand', () => {
    const { memory, x } = filled(new Array(40).fill(3e38))
    expect(memory.kernels.sumOfSquares(x.address, memory.length)).toBeCloseTo(3.6e78, -72)
    fc.assert(
      fc.property(fc.nat(39), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -Infinity), (at, bad) => {
        const broken = filled(new Array(40).fill(1).with(at, bad))
        expect(broken.memory.kernels.sumOfSquares(broken.x.address, broken.memory.length)).not.toBeLessThan(
          1e300,
        )
      }),
    )
  })

  it('scaleAndClip scales, then clamps', () => {
    fc.assert(
      fc.property(floats, fc.constantFrom(0.5, 1, 3), fc.constantFrom(0.25, 10), (numbers, scale, limit) => {
        const { memory, x, values } = filled(numbers)
        const expected = values.map((value) => Math.max(-limit, Math.min(limit, Math.fround(value * scale))))
        memory.kernels.scaleAndClip(x.address, memory.length, scale, limit)
        expect(values).toEqual(expected)
      }),
    )
  })

  it('lerp moves towards the source', () => {
    const { memory, x, y, values } = filled([0, 1, -4], [8, 1, 4])
    memory.kernels.lerp(x.address, y.address, memory.length, 0.25)
    expect([...values]).toEqual([2, 1, -2])
  })

  it('weightedSum scales both', () => {
    const { memory, x, y, values } = filled([0, 1, -4], [8, 1, 4])
    memory.kernels.weightedSum(x.address, y.address, memory.length, 2, 0.5)
    expect([...values]).toEqual([4, 2.5, -6])
  })
})

describe('FlatMemory', () => {
  it('keeps parameters of any size apart, on cache lines, with zeros between', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }), (sizes) => {
        const memory = new FlatMemory(['a', 'b'], sizes)
        memory.array('a').views.forEach((view, i) => {
          expect(view.byteOffset % 64).toBe(0)
          view.fill(i + 1)
        })
        memory.array('b').all.fill(-1)
        memory.array('a').views.forEach((view, i) => {
          expect([...view]).toEqual(new Array(sizes[i]).fill(i + 1))
        })
        const sum = memory.array('a').all.reduce((total, value) => total + value, 0)
        expect(sum).toBe(sizes.reduce((total, size, i) => total + size * (i + 1), 0))
      }),
    )
  })

  it('refuses what does not fit into 4 GiB before taking memory', () => {
    expect(() => new FlatMemory(['a', 'b'], [600_000_000])).toThrow(InvalidArgumentError)
  })
})
