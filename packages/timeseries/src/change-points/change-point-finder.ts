/** ChangePointFinder: where a series becomes another one, in level, restlessness or rhythm. */
import {
  type Compiled,
  checkConfig,
  compile,
  crossEntropy,
  DataError,
  loadModelFolder,
  NdArray,
  Rng,
  saveModelFolder,
  type TrainResult,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { withoutHoles } from '../baselines/history.js'
import { requireCounts, requireProbability } from '../checks.js'
import type { Chart } from '../drawing/index.js'
import type { TimeSeries } from '../series/index.js'
import { argumentNamed } from '../series/time-series.js'
import { requireAffordable } from '../training/affordable.js'
import { epochRng } from '../training/epoch-order.js'
import { chunks, evaluationBatchSize } from '../training/evaluation-batches.js'
import { requireTrained } from '../training/require-trained.js'
import type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
import { trainingFields } from '../training/settings.js'
import { trainByTask, updateByGradient } from '../training/train-network.js'
import { type DrawChangesOptions, drawChanges } from './draw.js'
import { madeUpBatches, type PointerBatch } from './made-up-batches.js'
import { Pointer, standardised } from './pointer.js'

const size = z.int().positive()

const configSchema = z.strictObject({
  /** W, steps that are looked at together; changes nearer to each other than half of it are hard to tell apart. */
  window: z.int().min(16).default(96),
  hiddenSize: size.default(32),
  training: z
    .strictObject({
      ...trainingFields,
      batchSize: size.default(64),
      /** Windows are made anew in every epoch. */
      windowsPerEpoch: size.default(6400),
      epochs: size.default(60),
    })
    .prefault({ optimizer: { type: 'adam', learningRate: 3e-3 } }),
  seed: z.int().default(1),
})

export type ChangePointConfig = z.input<typeof configSchema>
type ParsedConfig = z.output<typeof configSchema>

const task = 'change-points'
/** Windows that decide when training stops, made by a seed that no epoch has. */
const validationWindows = 1280

type Tensors = { values: tf.Tensor; targets: tf.Tensor }
const axes = { values: ['B', null], targets: ['B'] } as const
const dataParallel = { axis: 'B' }

export interface FindOptions {
  /** Share of the attention around a step that makes it a change. Default 0.3. */
  threshold?: number
  /** Steps between two changes, at least. Default a third of the window. */
  minDistance?: number
}

export interface ChangePoint {
  /** First row of what is new, and its time. */
  row: number
  time: string | number
  /** Share of the attention that is around it, mean over the windows that see it. */
  strength: number
}

export interface ChangePoints {
  points: readonly ChangePoint[]
  /** Mean attention to each step, the highest of all channels, `[T]`. */
  attention: Float64Array
  chart(options?: DrawChangesOptions): Chart
}

/**
 * Finds key change points by attention. It learns once, from windows that it makes, and then looks at any series.
 *
 * @example
 * const finder = new ChangePointFinder()
 * await finder.train({ output: 'models/changes' })
 * const { points, chart } = await finder.find(series)
 */
export class ChangePointFinder {
  readonly config: ParsedConfig
  private network: Pointer | null = null
  private inference: Compiled<{ values: tf.Tensor }, { attention: tf.Tensor }> | null = null

  /** @throws InvalidArgumentError naming the settings that are wrong. */
  constructor(
    config: ChangePointConfig = {},
    private readonly engine: EngineOptions = {},
  ) {
    this.config = checkConfig(configSchema, config, 'config')
  }

  /** @throws CheckpointError when there is no finder in the folder, or a damaged one. */
  static async load(folder: string, engine: EngineOptions = {}): Promise<ChangePointFinder> {
    const { config, weights } = await loadModelFolder(folder, { task, schema: configSchema })
    requireAffordable(config.hiddenSize ** 2, weights)
    const finder = new ChangePointFinder(config, engine)
    finder.network = new Pointer(config.hiddenSize, new Rng(0))
    finder.network.loadStateDict(weights)
    return finder
  }

  /** Trained numbers; 0 before `train`. */
  get parameterCount(): number {
    return this.network?.parameterCount() ?? 0
  }

  /** Learns to point. The result has the weights of the best validation. */
  async train(run: TrainingRunOptions = {}): Promise<TrainResult> {
    const { config, engine } = this
    const { training, seed, window } = config
    const network = new Pointer(config.hiddenSize, new Rng(seed))
    const loss = ({ values, targets }: Tensors) => crossEntropy({ logits: network.forward(values), targets })
    const meter = compile((batch: Tensors) => ({ loss: loss(batch) }), { ...engine, axes, dataParallel })
    const held = [
      ...madeUpBatches(new Rng(seed).split(), {
        count: validationWindows,
        size: evaluationBatchSize,
        window,
      }),
    ]
    try {
      const result = await trainByTask<Tensors, PointerBatch>({
        network,
        settings: training,
        seed,
        createStep: (context) =>
          compile((batch: Tensors) => updateByGradient(() => loss(batch), context), {
            ...engine,
            axes,
            dataParallel,
          }),
        order: {
          batchesPerEpoch: Math.ceil(training.windowsPerEpoch / training.batchSize),
          batches: (epoch, skip) =>
            madeUpBatches(epochRng(seed, epoch), {
              count: training.windowsPerEpoch,
              size: training.batchSize,
              window,
              skip,
            }),
        },
        rowsOf: ({ targets }) => targets.size,
        validation: {
          run: async () => {
            let sum = 0
            for (const batch of held) sum += (await meter(batch)).loss.item()
            return { loss: sum / held.length }
          },
          metric: 'loss',
          mode: 'min',
          compileMs: () => meter.stats.compileMs,
        },
        describe: () => ({ task, config }),
        run,
      })
      await this.dispose()
      this.network = network
      if (run.output !== undefined) await this.save(run.output)
      return result
    } finally {
      await meter.dispose()
    }
  }

  /**
   * Where the series changes. Missing values carry the last known one on.
   * @throws DataError when it is shorter than a window.
   */
  async find(series: TimeSeries, options: FindOptions = {}): Promise<ChangePoints> {
    const { window } = this.config
    const { threshold = 0.3, minDistance = Math.round(window / 3) } = options
    requireProbability('threshold', threshold)
    requireCounts({ minDistance })
    if (series.length < window)
      throw new DataError({
        argument: argumentNamed('series', series.name),
        expected: `at least ${window} rows, the window`,
        received: String(series.length),
      })
    const attention = new Float64Array(series.length)
    for (const channel of series.channels) {
      const found = await this.attentionTo(withoutHoles(series.channel(channel)))
      for (const [t, value] of found.entries()) attention[t] = Math.max(attention[t] as number, value)
    }
    const points = peaks(attention, { threshold, minDistance, reach: Math.round(window / 16) }).map(
      ({ row, strength }): ChangePoint => ({ row, time: series.index.at(row), strength }),
    )
    return { points, attention, chart: (chart = {}) => drawChanges(series, points, chart) }
  }

  /** @throws InvalidArgumentError before `train`. */
  async save(folder: string): Promise<void> {
    await saveModelFolder(folder, { task, config: this.config, weights: this.requireTrained().stateDict() })
  }

  async dispose(): Promise<void> {
    await this.inference?.dispose()
    this.inference = null
    this.network?.dispose()
    this.network = null
  }

  /** Mean over all windows that see a step, away from their ends, where there is too little to compare. `[T]` */
  private async attentionTo(values: Float64Array): Promise<Float64Array> {
    const { window: W } = this.config
    const network = this.requireTrained()
    this.inference ??= compile(
      ({ values: x }: { values: tf.Tensor }) => ({ attention: tf.softmax(network.forward(x)) }),
      { ...this.engine, freeze: true, axes: { values: ['B', null] }, dataParallel },
    )
    const stride = Math.max(1, Math.floor(W / 24))
    const starts: number[] = []
    for (let row = 0; row + W <= values.length; row += stride) starts.push(row)
    const margin = Math.floor(W / 12)
    const sums = new Float64Array(values.length)
    const counts = new Float64Array(values.length)
    for (const group of chunks(starts.length, evaluationBatchSize)) {
      const some = group.map((i) => starts[i] as number)
      const x = new Float32Array(some.length * W)
      for (const [b, row] of some.entries()) x.set(standardised(values.subarray(row, row + W)), b * W)
      const { attention } = await this.inference({ values: new NdArray(x, [some.length, W]) })
      for (const [b, row] of some.entries())
        for (let w = margin; w < W - margin; w++) {
          sums[row + w] = (sums[row + w] as number) + (attention.data[b * (W + 1) + w] as number)
          counts[row + w] = (counts[row + w] as number) + 1
        }
    }
    return sums.map((sum, t) => sum / Math.max(1, counts[t] as number))
  }

  private requireTrained(): Pointer {
    return requireTrained(this.network, 'finder', {
      expected: 'a trained one',
      hint: 'Call train first, or ChangePointFinder.load.',
    })
  }
}

/** Strongest first, each far enough from those before; in the order of time. */
function peaks(
  attention: Float64Array,
  { threshold, minDistance, reach }: { threshold: number; minDistance: number; reach: number },
): { row: number; strength: number }[] {
  const strengths = attention.map((_, t) =>
    attention.subarray(Math.max(0, t - reach), t + reach + 1).reduce((sum, value) => sum + value, 0),
  )
  const order = Array.from(strengths.keys()).sort(
    (a, b) => (strengths[b] as number) - (strengths[a] as number),
  )
  const picked: { row: number; strength: number }[] = []
  for (const row of order) {
    const strength = strengths[row] as number
    if (strength < threshold) break
    if (picked.every((other) => Math.abs(other.row - row) >= minDistance)) picked.push({ row, strength })
  }
  return picked.sort((a, b) => a.row - b.row)
}
