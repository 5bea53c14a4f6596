/**
 * Heart beats in the manner of ECG5000 (140 steps, five classes of very different frequency) that every machine can make
 * by itself: P, QRS and T waves as sums of bells (McSharry et al. 2003), each class with its own fault.
 *
 *     npx tsx apps/examples/src/timeseries/health/heart-beats-data.ts
 */
import { Rng } from '@attentive/core'
import { type LabelledSeries, TimeSeries } from '@attentive/timeseries'
import { isMain } from '../../is-main.js'

/** Height, place and width of a wave, in steps of a beat of 140. */
type Wave = [height: number, place: number, width: number]

const p: Wave = [0.25, 35, 5]
const q: Wave = [-0.35, 58, 2]
const r: Wave = [2.2, 63, 2.2]
const s: Wave = [-0.7, 68, 2.4]
const t: Wave = [0.6, 98, 9]

interface Kind {
  label: string
  /** Of a hundred beats. */
  share: number
  waves: readonly Wave[]
}

const kinds: readonly Kind[] = [
  { label: 'normal', share: 58, waves: [p, q, r, s, t] },
  { label: 'R on T', share: 30, waves: [p, q, r, s, [1.3, 92, 4], [-0.4, 100, 5]] },
  {
    label: 'ventricular',
    share: 6,
    waves: [
      [1.7, 62, 8],
      [-1.1, 80, 8],
      [-0.5, 100, 10],
    ],
  },
  { label: 'supraventricular', share: 4, waves: [[0.2, 50, 3], q, r, s, [0.45, 90, 8]] },
  { label: 'unclassified', share: 2, waves: [p, [0.9, 60, 4], [0.8, 72, 4], t] },
]

const steps = 140

export function makeHeartBeats({ seed, count }: { seed: number; count: number }): LabelledSeries[] {
  const rng = new Rng(seed)
  return Array.from({ length: count }, (_, i) => {
    const kind = draw(rng)
    const shift = 3 * rng.nextNormal()
    const waves = kind.waves.map(
      ([height, place, width]): Wave => [
        height * (1 + 0.1 * rng.nextNormal()),
        place + shift + rng.nextNormal(),
        width * (1 + 0.08 * rng.nextNormal()),
      ],
    )
    const drift = 0.15 * rng.nextNormal()
    const values = Array.from({ length: steps }, (_, step) => {
      const beat = waves.reduce(
        (sum, [height, place, width]) => sum + height * Math.exp(-((step - place) ** 2) / (2 * width ** 2)),
        0,
      )
      return beat + drift * (step / steps) + 0.05 * rng.nextNormal()
    })
    return { series: new TimeSeries({ values, channels: ['ECG'], name: `beat ${i + 1}` }), label: kind.label }
  })
}

function draw(rng: Rng): Kind {
  let left = 100 * rng.next()
  for (const kind of kinds) {
    left -= kind.share
    if (left < 0) return kind
  }
  return kinds[0] as Kind
}

if (isMain(import.meta.url))
  for (const { series, label } of makeHeartBeats({ seed: 1, count: 5 }))
    console.log(label, Array.from(series.values.subarray(55, 75), (value) => value.toFixed(2)).join(' '))
