/** The log of a reproduction: how each member's training went, line by line, and what came of it. */
import { formatDuration, type LogEntry } from '@attentive/core'
import { type Reproduction, summaryOf } from './result.js'

export function logOf(result: Reproduction, histories: ReadonlyMap<number, readonly LogEntry[]>): string {
  const training = [...histories].flatMap(([seed, history]) =>
    history.map((entry) => `seed ${seed} · ${lineOf(entry)}`),
  )
  return `${[result.command, ...training, summaryOf(result)].join('\n')}\n`
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
    `${perSecond.toFixed(0)} tokens/s`,
  ]
}

function validationValues({ metrics, best }: LogEntry & { type: 'validation' }) {
  const scores = Object.entries(metrics).map(([name, score]) => `${name} ${score.toFixed(4)}`)
  return ['validation', ...scores, ...(best ? ['best so far'] : [])]
}
