/** Shows a training run on a terminal as a bar; elsewhere, as a plain line now and then. */
import { Presets, SingleBar } from 'cli-progress'
import { formatProgress, formatValidation } from './progress-text.js'
import type { TrainingProgress } from './train-options.js'

export interface ProgressDisplayOptions {
  /** Default: standard error, so that standard output stays free for results. */
  stream?: NodeJS.WritableStream & { isTTY?: boolean }
  /** Seconds between lines where there is no terminal. Default 30. */
  everySeconds?: number
}

export interface ProgressDisplay {
  /** For `TrainOptions.onProgress`. */
  onProgress(progress: TrainingProgress): void
  /** Shows how something goes that comes before training, such as `reading the corpus · 120,000 pairs`. */
  status(text: string): void
  /** Writes a line that stays, above the bar where there is one. */
  print(text: string): void
  /** Takes the bar away. */
  stop(): void
}

/**
 * A display of a run's progress: epoch, loss, speed, scores, remaining time, time spent compiling.
 *
 * @example
 * const display = progressDisplay()
 * await train({ …, onProgress: display.onProgress })
 * display.stop()
 */
export function progressDisplay(options: ProgressDisplayOptions = {}): ProgressDisplay {
  const { stream = process.stderr, everySeconds = 30 } = options
  return stream.isTTY ? barDisplay(stream) : lineDisplay(stream, everySeconds)
}

function lineDisplay(stream: NodeJS.WritableStream, everySeconds: number): ProgressDisplay {
  let last = performance.now()
  const print = (text: string) => {
    stream.write(`${text}\n`)
    last = performance.now()
  }
  const isDue = () => performance.now() - last >= everySeconds * 1000
  return {
    onProgress(progress) {
      if (progress.phase === 'validated') print(formatValidation(progress))
      else if (progress.phase === 'training' && isDue())
        print(`step ${progress.step} · ${formatProgress(progress)}`)
    },
    status(text) {
      if (isDue()) print(text)
    },
    print,
    stop() {},
  }
}

/** Back to the start of the line, and nothing on it. */
const clearLine = '\r\u001b[K'

function barDisplay(stream: NodeJS.WritableStream): ProgressDisplay {
  const format = '{bar} {percentage}% · {text}'
  const bar = new SingleBar(
    { stream, format, barsize: 24, hideCursor: true, clearOnComplete: true, stopOnComplete: false, fps: 5 },
    Presets.shades_classic,
  )
  let hasStatus = false
  const stop = () => {
    if (bar.isActive) bar.stop()
    if (hasStatus) stream.write(clearLine)
    hasStatus = false
  }
  const print = (text: string) => {
    stop()
    stream.write(`${text}\n`)
  }
  return {
    onProgress(progress) {
      if (progress.phase === 'validated') print(formatValidation(progress))
      if (hasStatus) stop()
      const total = progress.totalSteps ?? Math.max(1, progress.step)
      const payload = { text: formatProgress(progress) }
      if (!bar.isActive) bar.start(total, progress.step, payload)
      bar.setTotal(total)
      bar.update(progress.step, payload)
    },
    status(text) {
      stop()
      stream.write(`${clearLine}${text}`)
      hasStatus = true
    },
    print,
    stop,
  }
}
