/** What comes before the first step: passes over the corpus, told as they go and stopped when that is asked for. */
import { InterruptedError } from '@attentive/core'

/** How far a pass is. */
export interface Preparation {
  /** Words are counted, byte pairs learnt from them, and the lengths of all sentences measured. */
  stage: 'words' | 'pieces' | 'lengths'
  /** Pairs of texts, or pieces learnt. */
  done: number
}

export interface PreparationOptions {
  /** Aborted: stop. */
  signal?: AbortSignal | undefined
  /** Told some ten times a second. */
  onPreparation?: ((preparation: Preparation) => void) | undefined
}

const milliseconds = 100

/**
 * Gives signals and timers a turn in the middle of long work, which alone would keep them waiting, and tells how far it
 * is.
 */
export class Pacer {
  private last = performance.now()

  constructor(private readonly options: PreparationOptions) {}

  /** To be called, and its result awaited, after every bit of work. @throws InterruptedError when the signal is aborted. */
  worked(stage: Preparation['stage'], done: number): Promise<void> | undefined {
    return performance.now() - this.last < milliseconds ? undefined : this.pause({ stage, done })
  }

  /** The items, as they are worked on one after the other. */
  async *over<T>(items: Iterable<T> | AsyncIterable<T>, stage: Preparation['stage']): AsyncGenerator<T> {
    let done = 0
    for await (const item of items) {
      yield item
      await this.worked(stage, ++done)
    }
  }

  private async pause(preparation: Preparation): Promise<void> {
    this.options.onPreparation?.(preparation)
    await new Promise((resolve) => setImmediate(resolve))
    this.last = performance.now()
    this.requireNoStop()
  }

  /** @throws InterruptedError when the signal is aborted. */
  requireNoStop(): void {
    if (!this.options.signal?.aborted) return
    throw new InterruptedError({
      argument: 'train',
      expected: 'to come to the first step',
      received: 'a request to stop before it',
      hint: 'Nothing was trained, and whatever was saved before is as it was.',
    })
  }
}
