/** A training run's progress in words. */
import type { TrainingProgress } from './train-options.js'

/** `45 s`, `12 min 5 s`, `3 h 20 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (h > 0) return `${h} h ${min} min`
  return min > 0 ? `${min} min ${s} s` : `${s} s`
}

function number(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–'
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })
}

function metrics(scores: Record<string, number> | null): string[] {
  return Object.entries(scores ?? {}).map(([name, score]) => `${name} ${number(score, 2)}`)
}

/** What changes all the time: `epoch 2/30 · loss 3.214 · 1,650 tokens/s · bleu 31.20 · 12 min 5 s left · compiled 3 s`. */
export function formatProgress(progress: TrainingProgress): string {
  const { epoch, epochs, loss, perSecond, unit, secondsLeft, compileSeconds, phase } = progress
  return [
    `epoch ${Math.min(epoch, epochs)}/${epochs}`,
    phase === 'validating' ? 'validating' : `loss ${number(loss, 3)}`,
    `${number(perSecond, perSecond < 10 ? 1 : 0)} ${unit}/s`,
    ...metrics(progress.metrics),
    ...(secondsLeft === null ? [] : [`${formatDuration(secondsLeft)} left`]),
    ...(compileSeconds > 0 ? [`compiled ${formatDuration(compileSeconds)}`] : []),
  ].join(' · ')
}

/** What stays on the screen after a validation: `step 1,200 · epoch 3/30 · loss 2.310 · bleu 28.14 · 9 min 2 s`. */
export function formatValidation({
  step,
  epoch,
  epochs,
  loss,
  metrics: scores,
  seconds,
}: TrainingProgress): string {
  return [
    `step ${number(step, 0)}`,
    `epoch ${epoch}/${epochs}`,
    `loss ${number(loss, 3)}`,
    ...metrics(scores),
    formatDuration(seconds),
  ].join(' · ')
}
