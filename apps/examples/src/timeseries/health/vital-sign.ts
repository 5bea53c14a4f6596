/**
 * A heart rate watched for anomalies: a detector learns from quiet nights, and is asked about one with troubles.
 *
 *     npx tsx apps/examples/src/timeseries/health/vital-sign.ts [--data pulse.csv] [--epochs N] [--seed N] [--out DIR]
 *
 *     found 12 events; 100 % of the true ones, 92 % of what was found is true
 *
 * A file has columns `time` and `pulse`: its first half is to be normal, the second is watched.
 */
import { progressDisplay, textTable } from '@attentive/core'
import { AnomalyDetector, readSeries, type TimeSeries } from '@attentive/timeseries'
import { isMain } from '../../is-main.js'
import { run } from '../../run.js'
import { parseSeriesOptions } from '../options.js'
import { savePictures } from '../pictures.js'
import { makeVitalSign } from './vital-sign-data.js'

interface Nights {
  quiet: TimeSeries
  watched: TimeSeries
  truth: boolean[] | null
}

async function main(args: readonly string[]): Promise<undefined> {
  const { data, seed, epochs = 14, out } = parseSeriesOptions(args, { out: 'runs/vital-sign' })
  const { quiet, watched, truth } = data === undefined ? madeUp(seed) : await fromFile(data)
  console.log(`${quiet.length} minutes to learn from, ${watched.length} to watch, ${data ?? 'made up'}\n`)
  const detector = new AnomalyDetector({
    method: { name: 'autoencoder', window: 24 },
    training: { epochs, stride: 2, optimizer: { type: 'adam', learningRate: 3e-3 } },
    seed,
  })
  const display = progressDisplay()
  await detector.fit(quiet, { onProgress: display.onProgress })
  display.stop()
  const detection = await detector.detect(watched)
  console.log(
    textTable([
      ['from', 'to', 'score', 'minutes'],
      ...detection.events.map(({ start, end, score, from, to }) => [
        String(start),
        String(end),
        score.toFixed(1),
        String(to - from),
      ]),
    ]),
  )
  if (truth) {
    const { events, delay } = detection.evaluate(truth)
    const percent = (share: number) => `${(100 * share).toFixed(0)} %`
    console.log(
      `\nfound ${detection.events.length} events; ${percent(events.recall)} of the true ones, ${percent(events.precision)} of what was found is true; noticed after ${delay.toFixed(1)} minutes`,
    )
  }
  await savePictures(out, { night: detection.chart({ title: 'A night', ...(truth ? { truth } : {}) }) })
  await detector.dispose()
}

function madeUp(seed: number): Nights {
  const { series, truth } = makeVitalSign({ seed: seed + 1, minutes: 1800, troubles: 12 })
  return { quiet: makeVitalSign({ seed, minutes: 3000 }).series, watched: series, truth }
}

async function fromFile(file: string): Promise<Nights> {
  const series = await readSeries(file, { time: 'time', channels: ['pulse'] })
  const half = Math.floor(series.length / 2)
  return { quiet: series.slice(0, half), watched: series.slice(half), truth: null }
}

if (isMain(import.meta.url)) await run(main)
