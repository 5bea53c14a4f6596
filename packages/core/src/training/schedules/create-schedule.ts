/** Schedules by name, for configurations: one row each, from which schema and types follow. */
import { z } from 'zod'
import { checkConfig } from '../../io/check-config.js'
import {
  cosineDecay,
  exponentialDecay,
  linearDecay,
  linearWarmup,
  noam,
  type RateFactor,
  stepDecay,
} from './decay.js'
import { PlateauSchedule } from './plateau.js'
import { type Schedule, StepSchedule } from './schedule.js'

const steps = z.number().int().positive()
const warmup = { warmupSteps: z.number().int().nonnegative().default(0) }
/** The last rate, as a fraction of the first. */
const floor = z.number().min(0).max(1).default(0)
const factor = z.number().positive().max(1)

/**
 * Schema of a schedule in a configuration file: `{ type: 'cosine', warmupSteps: 500, totalSteps: 10_000 }`.
 * All but `plateau` and `noam` may start with a linear warm-up.
 */
export const scheduleSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('constant'), ...warmup }),
  z.strictObject({ type: z.literal('linear'), ...warmup, totalSteps: steps, floor }),
  z.strictObject({ type: z.literal('cosine'), ...warmup, totalSteps: steps, floor }),
  z.strictObject({ type: z.literal('step'), ...warmup, every: steps, factor: factor.default(0.5) }),
  z.strictObject({ type: z.literal('exponential'), ...warmup, every: steps, factor: factor.default(0.5) }),
  z.strictObject({
    type: z.literal('noam'),
    modelSize: steps,
    warmupSteps: steps.default(4000),
    factor: z.number().positive().default(1),
  }),
  z.strictObject({
    type: z.literal('plateau'),
    factor: z.number().positive().lt(1).default(0.5),
    patience: z.number().int().nonnegative().default(2),
    minDelta: z.number().nonnegative().default(0),
    mode: z.enum(['min', 'max']).default('min'),
    minLearningRate: z.number().nonnegative().default(0),
  }),
])

/** Settings of a schedule. */
export type ScheduleConfig = z.input<typeof scheduleSchema>
type Parsed = z.output<typeof scheduleSchema>
type Row<T extends Parsed['type']> = (config: Extract<Parsed, { type: T }>, learningRate: number) => Schedule

function scaled(learningRate: number, { warmupSteps }: { warmupSteps: number }, decay: RateFactor): Schedule {
  const rise = linearWarmup(warmupSteps)
  return new StepSchedule((step) => learningRate * rise(step) * decay(step))
}

const schedules: { [T in Parsed['type']]: Row<T> } = {
  constant: (config, rate) => scaled(rate, config, () => 1),
  linear: (config, rate) =>
    scaled(rate, config, linearDecay(config.warmupSteps, config.totalSteps, config.floor)),
  cosine: (config, rate) =>
    scaled(rate, config, cosineDecay(config.warmupSteps, config.totalSteps, config.floor)),
  step: (config, rate) => scaled(rate, config, stepDecay(config.every, config.factor)),
  exponential: (config, rate) => scaled(rate, config, exponentialDecay(config.every, config.factor)),
  noam: ({ modelSize, warmupSteps, factor }) => new StepSchedule(noam(modelSize, warmupSteps, factor)),
  plateau: (config, rate) => new PlateauSchedule(rate, config),
}

/**
 * The schedule that `config` describes.
 * @param learningRate the base rate α; `noam` alone sets the rate by itself.
 * @throws InvalidArgumentError naming the field that is wrong.
 */
export function createSchedule(config: ScheduleConfig, learningRate: number): Schedule {
  const parsed = checkConfig(scheduleSchema, config, 'schedule')
  const row = schedules[parsed.type] as Row<Parsed['type']>
  return row(parsed, learningRate)
}
