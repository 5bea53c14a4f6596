/**
 * Heart beats in the manner of ECG5000: waves P, Q, R, S and T as Gaussians, whose places, heights and widths vary from
 * beat to beat, in five unbalanced classes.
 */
import { Rng } from '@attentive/core'
import { type LabelledSeries, TimeSeries } from '../../src/index.js'

/** Height, place and width, in steps of 140. */
type Wave = readonly [height: number, place: number, width: number]

const beats: Record<string, { share: number; waves: readonly Wave[] }> = {
  normal: {
    share: 0.5,
    waves: [
      [0.2, 25, 5],
      [-0.15, 45, 2],
      [1, 50, 3],
      [-0.25, 56, 2],
      [0.35, 90, 9],
    ],
  },
  /** The next contraction begins while the last T wave is still there. */
  'R-on-T': {
    share: 0.2,
    waves: [
      [0.35, 14, 8],
      [1.1, 28, 6],
      [-0.5, 60, 10],
    ],
  },
  /** From the ventricles: no P, a wide QRS, T the other way. */
  'premature ventricular': {
    share: 0.12,
    waves: [
      [1.3, 48, 8],
      [-0.4, 66, 6],
      [-0.4, 95, 10],
    ],
  },
  /** From above the ventricles: P early and the other way, a narrow QRS. */
  supraventricular: {
    share: 0.12,
    waves: [
      [-0.25, 30, 4],
      [0.9, 42, 3],
      [-0.2, 48, 2],
      [0.3, 78, 8],
    ],
  },
  unclassified: {
    share: 0.06,
    waves: [
      [0.5, 35, 14],
      [0.5, 70, 14],
      [0.3, 110, 14],
    ],
  },
}

export interface HeartBeatOptions {
  count: number
  seed: number
  /** Steps of a beat, to which its waves are shrunk. Default 140. */
  length?: number
  /** Whether beats are cut off up to a fifth sooner. Default false. */
  vary?: boolean
}

export function heartBeats({ count, seed, length = 140, vary = false }: HeartBeatOptions): LabelledSeries[] {
  const rng = new Rng(seed)
  return Array.from({ length: count }, (_, i) => {
    const label = drawClass(rng)
    const T = vary ? length - rng.nextInt(1 + Math.floor(length / 5)) : length
    const waves = (beats[label]?.waves ?? []).map((wave) => varied(wave, length / 140, rng))
    const values = Float64Array.from(
      { length: T },
      (_, t) =>
        0.05 * rng.nextNormal() +
        waves.reduce(
          (sum, [height, place, width]) => sum + height * Math.exp(-(((t - place) / width) ** 2) / 2),
          0,
        ),
    )
    return { series: new TimeSeries({ values, channels: ['lead'], name: `beat ${i + 1}` }), label }
  })
}

function varied([height, place, width]: Wave, scale: number, rng: Rng): Wave {
  return [
    height * (1 + 0.15 * rng.nextNormal()),
    scale * (place + 2 * rng.nextNormal()),
    scale * width * (1 + 0.1 * rng.nextNormal()),
  ]
}

function drawClass(rng: Rng): string {
  let left = rng.next()
  for (const [label, { share }] of Object.entries(beats)) {
    left -= share
    if (left < 0) return label
  }
  return 'normal'
}
