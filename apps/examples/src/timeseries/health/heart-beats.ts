/**
 * Heart beats told apart: five classes, some of them rare, and where in a beat the network looked.
 *
 *     npx tsx apps/examples/src/timeseries/health/heart-beats.ts [--data ECG5000_TRAIN.tsv] [--epochs N] [--seed N] [--out DIR]
 *
 * A file has a beat in each row, its class first (the UCR archive's layout); a third of it is the test.
 */
import { progressDisplay, textTable } from '@attentive/core'
import {
  type LabelledSeries,
  lookbackAttentionChart,
  readLabelledRows,
  SeriesClassifier,
  splitLabelled,
} from '@attentive/timeseries'
import { isMain } from '../../is-main.js'
import { run } from '../../run.js'
import { parseSeriesOptions } from '../options.js'
import { savePictures } from '../pictures.js'
import { makeHeartBeats } from './heart-beats-data.js'

async function main(args: readonly string[]): Promise<undefined> {
  const { data, seed, epochs = 25, out } = parseSeriesOptions(args, { out: 'runs/heart-beats' })
  const beats = data === undefined ? makeHeartBeats({ seed, count: 1200 }) : await readLabelledRows(data)
  const [train = [], validation = [], test = []] = splitLabelled(beats, [0.5, 0.15, 0.35], { seed })
  console.log(`${train.length} beats to learn from, ${test.length} to be told apart, ${data ?? 'made up'}\n`)
  const classifier = new SeriesClassifier({
    model: { name: 'self-attention', hiddenSize: 24 },
    classWeights: 'balanced',
    training: { epochs, optimizer: { type: 'adam', learningRate: 5e-3 }, patience: 8 },
    seed,
  })
  const display = progressDisplay()
  await classifier.fit(train, { validation, onProgress: display.onProgress })
  display.stop()
  const { accuracy, balancedAccuracy, macroF1, byClass } = await classifier.evaluate(test)
  console.log(
    textTable([
      ['class', 'precision', 'recall', 'F1', 'beats'],
      ...byClass.map(({ label, precision, recall, f1, support }) => [
        label,
        ...[precision, recall, f1].map((score) => score.toFixed(3)),
        String(support),
      ]),
    ]),
  )
  console.log(
    `\naccuracy ${accuracy.toFixed(3)}, balanced ${balancedAccuracy.toFixed(3)}, macro F1 ${macroF1.toFixed(3)}`,
  )
  await drawOneOfEach(classifier, test, out)
  await classifier.dispose()
}

/** A beat of each class, and the steps that counted. */
async function drawOneOfEach(
  classifier: SeriesClassifier,
  test: readonly LabelledSeries[],
  out: string,
): Promise<void> {
  const labels = classifier.classes ?? []
  const examples = labels.flatMap((label) => test.find((beat) => beat.label === label) ?? [])
  const found = await classifier.predict(examples.map(({ series }) => series))
  const charts = examples.map(({ series, label }, i) => {
    const chart = lookbackAttentionChart({
      title: `${label}, said to be ${found[i]?.label}`,
      times: series.index.times(),
      values: series.values,
      weights: found[i]?.attention ?? [],
      name: series.channels[0] as string,
    })
    return [label.replaceAll(/\W+/g, '-'), chart] as const
  })
  await savePictures(out, Object.fromEntries(charts))
}

if (isMain(import.meta.url)) await run(main)
