/**
 * Key change points by attention: a network learns to point at changes in windows that it makes, and is asked about
 * series that it has not seen. Learning takes some minutes; the finder is kept in DIR/finder.
 *
 *     npx tsx apps/examples/src/timeseries/changes/find.ts [--data FILE.csv] [--epochs N] [--seed N] [--out DIR]
 *
 *     48 changes in 4 series; 44 found within 12 days, 44 of 47 points are right
 *
 * A file has a column `date` and numbers beside it.
 */
import { join } from 'node:path'
import { isModelFolder, progressDisplay } from '@attentive/core'
import { ChangePointFinder, readSeries } from '@attentive/timeseries'
import { isMain } from '../../is-main.js'
import { run } from '../../run.js'
import { parseSeriesOptions } from '../options.js'
import { savePictures } from '../pictures.js'
import { makeChanges } from './data.js'

/** Days that a point may be off. */
const tolerance = 12

async function main(args: readonly string[]): Promise<undefined> {
  const { data, seed, epochs = 60, out } = parseSeriesOptions(args, { out: 'runs/changes' })
  const finder = await trainedFinder(join(out, 'finder'), { epochs, seed })
  if (data !== undefined) {
    const series = await readSeries(data, { time: 'date' })
    const changes = await finder.find(series)
    for (const { time, strength } of changes.points) console.log(`${time}  ${strength.toFixed(2)}`)
    await savePictures(out, { changes: changes.chart({ title: data }) })
  } else await measure(finder, seed, out)
  await finder.dispose()
}

async function trainedFinder(folder: string, { epochs, seed }: { epochs: number; seed: number }) {
  if (await isModelFolder(folder)) return ChangePointFinder.load(folder)
  const finder = new ChangePointFinder({
    training: { epochs, optimizer: { type: 'adam', learningRate: 3e-3 } },
    seed,
  })
  const display = progressDisplay()
  await finder.train({ output: folder, resume: true, onProgress: display.onProgress })
  display.stop()
  return finder
}

async function measure(finder: ChangePointFinder, seed: number, out: string): Promise<void> {
  let [real, hits, found, right] = [0, 0, 0, 0]
  for (const one of [1, 2, 3, 4]) {
    const { series, truth } = makeChanges({ seed: 100 * seed + one })
    const changes = await finder.find(series)
    const isNear = (a: number, b: number) => Math.abs(a - b) <= tolerance
    real += truth.length
    found += changes.points.length
    hits += truth.filter((row) => changes.points.some((point) => isNear(point.row, row))).length
    right += changes.points.filter((point) => truth.some((row) => isNear(point.row, row))).length
    if (one === 1)
      await savePictures(out, { changes: changes.chart({ title: 'Found and true changes', truth }) })
  }
  console.log(
    `${real} changes in 4 series; ${hits} found within ${tolerance} days, ${right} of ${found} points are right`,
  )
}

if (isMain(import.meta.url)) await run(main)
