/** The log of a reproduction: how each member's training went, line by line, and what came of it. */
import { formatDuration, type LogEntry } from '@attentive/core'

/** @param histories by the name of each training. */
export function logOf(
  command: string,
  histories: ReadonlyMap<string, readonly LogEntry[]>,
  summary: string,
): string {
  const training = [...histories].flatMap(([name, history]) =>
    history.map((entry) => `${name} · ${lineOf(entry)}`),
  )
  return `${[command, ...training, summary].join('\n')}\n`
}

function lineOf(entry: LogEntry): string {
  const place = `step ${entry.step} · epoch ${entry.epoch}`
  const values = entry.type === 'training' ? trainingValues(entry) : validationValues(entry)
  return [place, ...values, formatDuration(entry.seconds)].join(' · ')
}

function trainingValues({ loss, learningRate, gradientNorm, perSecond }: LogEntry & { type: 'training' }) {
  return [
    `loss ${loss.toFixed(4)}`,
    `learning rate ${learningRate}`,
    `gradient norm ${gradientNorm.toFixed(3)}`,
    `${perSecond.toFixed(0)} a second`,
  ]
}

function validationValues({ metrics, best }: LogEntry & { type: 'validation' }) {
  const scores = Object.entries(metrics).map(([name, score]) => `${name} ${score.toFixed(4)}`)
  return ['validation', ...scores, ...(best ? ['best so far'] : [])]
}
