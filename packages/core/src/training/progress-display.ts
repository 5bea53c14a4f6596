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
  return {
    onProgress(progress) {
      const now = performance.now()
      if (progress.phase === 'validated') stream.write(`${formatValidation(progress)}\n`)
      else if (progress.phase === 'training' && now - last >= everySeconds * 1000)
        stream.write(`step ${progress.step} · ${formatProgress(progress)}\n`)
      else return
      last = now
    },
    stop() {},
  }
}

function barDisplay(stream: NodeJS.WritableStream): ProgressDisplay {
  const format = '{bar} {percentage}% · {text}'
  const bar = new SingleBar(
    { stream, format, barsize: 24, hideCursor: true, clearOnComplete: true, stopOnComplete: false, fps: 5 },
    Presets.shades_classic,
  )
  const stop = () => {
    if (bar.isActive) bar.stop()
  }
  return {
    onProgress(progress) {
      if (progress.phase === 'validated') {
        stop()
        stream.write(`${formatValidation(progress)}\n`)
      }
      const total = progress.totalSteps ?? Math.max(1, progress.step)
      const payload = { text: formatProgress(progress) }
      if (!bar.isActive) bar.start(total, progress.step, payload)
      bar.setTotal(total)
      bar.update(progress.step, payload)
    },
    stop,
  }
}
