/**
 * Seeded randomness. Generator: xoshiro128** (Blackman & Vigna 2021, "Scrambled linear pseudorandom number
 * generators"), seeded through splitmix32. Drawn eagerly, numbers are made at once; drawn while a function is
 * traced, they become an input of the graph that is filled anew at every run, in the same order: compiled and eager
 * runs with one seed see the same numbers.
 */
import * as tf from '@tensorflow/tfjs-core'
import { InvalidArgumentError } from '../errors.js'
import { sizeOf } from './nd-array.js'
import { activeTrace } from './trace/active.js'

/** Fills an array with fresh numbers. */
export type RandomFill = (target: Float32Array) => void

/** The whole state of a generator: four 32-bit words. Saved in checkpoints so that a resumed run is the same run. */
export type RngState = readonly [number, number, number, number]

function splitmix32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
}

export class Rng {
  private a: number
  private b: number
  private c: number
  private d: number

  /** @param seed an integer; the same seed gives the same numbers on every machine. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed))
      throw new InvalidArgumentError({ argument: 'seed', expected: 'an integer', received: String(seed) })
    const next = splitmix32(seed ^ Math.floor(seed / 2 ** 32))
    this.a = next()
    this.b = next()
    this.c = next()
    this.d = next()
  }

  static fromState(state: RngState): Rng {
    const rng = new Rng(0)
    rng.state = state
    return rng
  }

  get state(): RngState {
    return [this.a >>> 0, this.b >>> 0, this.c >>> 0, this.d >>> 0]
  }

  set state([a, b, c, d]: RngState) {
    this.a = a
    this.b = b
    this.c = c
    this.d = d
  }

  /** The next 32 random bits as an unsigned integer. */
  nextUint32(): number {
    const product = Math.imul(this.b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    const t = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= t
    this.d = (this.d << 11) | (this.d >>> 21)
    return result >>> 0
  }

  /** A number in [0, 1). */
  next(): number {
    return this.nextUint32() / 4294967296
  }

  /** An integer in [0, limit). */
  nextInt(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** A standard normal number (Box & Muller 1958). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return radius * Math.cos(2 * Math.PI * this.next())
  }

  /** Shuffles in place (Fisher & Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.nextInt(i + 1)
      const held = items[i] as T
      items[i] = items[j] as T
      items[j] = held
    }
    return items
  }

  /** An independent generator, for a part that must not disturb this one's order of draws. */
  split(): Rng {
    return new Rng(this.nextUint32())
  }

  /** Tensor of numbers in [low, high). Inside a traced function, an input filled anew at every run. */
  uniform(shape: readonly number[], low = 0, high = 1): tf.Tensor {
    return this.draw(shape, (target) => {
      for (let i = 0; i < target.length; i++) target[i] = low + (high - low) * this.next()
    })
  }

  /** Tensor of normal numbers. Inside a traced function, an input filled anew at every run. */
  normal(shape: readonly number[], mean = 0, standardDeviation = 1): tf.Tensor {
    return this.draw(shape, (target) => {
      for (let i = 0; i < target.length; i++) target[i] = mean + standardDeviation * this.nextNormal()
    })
  }

  /** Tensor of ones with probability `p`, else zeros. Inside a traced function, an input filled anew at every run. */
  bernoulli(shape: readonly number[], p: number): tf.Tensor {
    if (!(p >= 0 && p <= 1))
      throw new InvalidArgumentError({
        argument: 'p',
        expected: 'a probability in [0, 1]',
        received: String(p),
      })
    const threshold = p * 4294967296
    return this.draw(shape, (target) => {
      for (let i = 0; i < target.length; i++) target[i] = this.nextUint32() < threshold ? 1 : 0
    })
  }

  private draw(shape: readonly number[], fill: RandomFill): tf.Tensor {
    const trace = activeTrace()
    if (trace) return trace.random(shape, fill)
    const values = new Float32Array(sizeOf(shape))
    fill(values)
    return tf.tensor(values, [...shape], 'float32')
  }
}
