import type { Rng } from '@attentive/core'

/**
 * Items in a random order, holding at most `size` of them: each time the buffer is full, one drawn from it goes out.
 * Where `size` is not smaller than the number of items, every order is equally likely.
 */
export async function* shuffleBuffered<T>(
  items: AsyncIterable<T> | Iterable<T>,
  size: number,
  rng: Rng,
): AsyncGenerator<T> {
  const buffer: T[] = []
  for await (const item of items) {
    if (buffer.length < size) {
      buffer.push(item)
      continue
    }
    const place = rng.nextInt(size)
    yield buffer[place] as T
    buffer[place] = item
  }
  yield* rng.shuffle(buffer)
}
