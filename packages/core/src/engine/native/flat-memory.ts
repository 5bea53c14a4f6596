/**
 * FlatMemory: one WebAssembly memory for everything an optimiser touches. It holds equal-sized float32 arrays (the
 * parameters one after the other, their gradients, the moments, the running average), each one pass long for the
 * kernels; views of single parameters serve as inputs and pre-allocated outputs of a compiled graph.
 *
 * The memory has its final size from the start: growing it would detach every view. Pages that are never written cost
 * address space only.
 */
import { InvalidArgumentError } from '../../errors.js'
import { bindKernels, type Kernels } from './kernels.js'
import { webAssembly } from './web-assembly.js'

const pageBytes = 65536
const maxPages = 65536
/** Elements to which every parameter is padded: 64 bytes, a cache line. */
const alignment = 16
/** The first bytes stay unused: address 0 is no array. */
const firstByte = 64

function align(elements: number): number {
  return Math.ceil(elements / alignment) * alignment
}

/** One flat array over all parameters. */
export interface FlatArray {
  /** Byte offset for the kernels. */
  readonly address: number
  /** All elements, padding included. */
  readonly all: Float32Array
  /** The part of each parameter, in order, without padding. */
  readonly views: readonly Float32Array[]
}

export class FlatMemory<Name extends string> {
  readonly kernels: Kernels
  /** Elements of each array, padding included. */
  readonly length: number
  private readonly arrays: Record<Name, FlatArray>

  /**
   * @param names the arrays to lay out.
   * @param sizes number of elements of each parameter.
   * @throws InvalidArgumentError when the arrays together exceed the 4 GiB that WebAssembly can address.
   */
  constructor(names: readonly Name[], sizes: readonly number[]) {
    const padded = sizes.map(align)
    this.length = padded.reduce((sum, size) => sum + size, 0)
    const pages = Math.ceil((firstByte + names.length * this.length * 4) / pageBytes)
    if (pages > maxPages)
      throw new InvalidArgumentError({
        argument: 'parameters',
        expected: `at most ${Math.floor((maxPages * pageBytes) / 4 / names.length)} trained numbers (4 GiB with gradients and moments)`,
        received: `${this.length}`,
      })
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages })
    this.kernels = bindKernels(memory)
    const layOut = (name: Name, index: number): [Name, FlatArray] => {
      const address = firstByte + index * this.length * 4
      let offset = address
      const views = sizes.map((size, i) => {
        const view = new Float32Array(memory.buffer, offset, size)
        offset += (padded[i] as number) * 4
        return view
      })
      return [name, { address, all: new Float32Array(memory.buffer, address, this.length), views }]
    }
    this.arrays = Object.fromEntries(names.map(layOut)) as Record<Name, FlatArray>
  }

  array(name: Name): FlatArray {
    return this.arrays[name]
  }
}
