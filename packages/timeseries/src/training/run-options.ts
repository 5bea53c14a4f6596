/** How a training is carried out, and what runs it: the same for all tasks. */
import type { CompileOptions, TrainingProgress } from '@attentive/core'

/** What runs it. */
export type EngineOptions = Pick<CompileOptions, 'engine' | 'threads'>

/** How a training is carried out, beside what is trained. */
export interface TrainingRunOptions {
  /**
   * Folder for the finished model, its checkpoints (`last`, `best`) and its history (`training.jsonl`). Without one
   * nothing is written.
   */
  output?: string
  /**
   * Continue from the last checkpoint in `output`, exactly; from the beginning where there is none. Refused with other
   * settings or data, but for `epochs` and `patience`. Default false.
   */
  resume?: boolean
  /** Minutes between saves of the last checkpoint. Default 10. */
  saveEveryMinutes?: number
  /** Steps between saves of the last checkpoint, beside the minutes. Default: minutes alone. */
  saveEverySteps?: number
  /** Aborted: finish the step, save, return. See `abortOnInterrupt`. */
  signal?: AbortSignal
  /** Told after every step and around validations. See `progressDisplay`. */
  onProgress?(progress: TrainingProgress): void
}
