/** Residuals of an autoencoder: trained on windows, and scored by the mean of what all windows over a step make of it. */
import {
  type Compiled,
  type CompileOptions,
  compile,
  loadModelFolder,
  NdArray,
  Rng,
  saveModelFolder,
  type TrainResult,
} from '@attentive/core'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { type ScaledColumns, scaledColumns } from '../scaling/scaled-columns.js'
import { type ChannelScales, channelScalesSchema, learnScales } from '../scaling/scaler.js'
import type { TimeSeries } from '../series/index.js'
import { requireAffordable } from '../training/affordable.js'
import { windowOrder } from '../training/epoch-order.js'
import { chunks, evaluationBatchSize } from '../training/evaluation-batches.js'
import type { EngineOptions, TrainingRunOptions } from '../training/run-options.js'
import { type StepContext, trainByTask, updateByGradient } from '../training/train-network.js'
import { Autoencoder } from './autoencoder.js'
import { type AutoencoderConfig, autoencoderSchema, type ParsedDetectorConfig } from './config.js'
import type { ResidualModel } from './residual-model.js'

type WindowTensors = { values: tf.Tensor; observed: tf.Tensor }
type WindowBatch = { values: NdArray; observed: NdArray }

const axes = { values: ['B', null, null], observed: ['B', null, null] } as const

const folderSchema = z
  .strictObject({
    method: autoencoderSchema,
    channels: z.array(z.string()).min(1),
    scales: channelScalesSchema,
  })
  .refine(({ channels, scales }) => channels.length === scales.center.length, {
    path: ['scales'],
    error: 'must be of as many channels as there are',
  })

interface Prepared extends ScaledColumns {
  length: number
}

export class AutoencoderResiduals implements ResidualModel {
  private retell: Compiled<WindowTensors, { values: tf.Tensor; written: tf.Tensor }> | null = null
  private network: Autoencoder | null = null
  private scales: ChannelScales | null = null

  constructor(
    private readonly method: AutoencoderConfig,
    readonly channels: readonly string[],
    private readonly engine: EngineOptions,
    private readonly config: Pick<ParsedDetectorConfig, 'scaler' | 'training' | 'seed'> | null = null,
  ) {}

  static async load(folder: string, engine: EngineOptions): Promise<AutoencoderResiduals> {
    const { config, weights } = await loadModelFolder(folder, { task: 'autoencoder', schema: folderSchema })
    const { method, channels, scales } = config
    const { window, hiddenSize, slots, slotSize } = method
    requireAffordable(hiddenSize * (channels.length + window + slots * slotSize + hiddenSize), weights)
    const model = new AutoencoderResiduals(method, channels, engine)
    model.network = new Autoencoder(method, channels.length, new Rng(0))
    model.network.loadStateDict(weights)
    model.scales = scales
    return model
  }

  get leastRows(): number {
    return this.method.window
  }

  async fit(
    train: readonly TimeSeries[],
    validation: readonly TimeSeries[],
    run: TrainingRunOptions,
  ): Promise<TrainResult> {
    const { training, seed, scaler } = this.config as NonNullable<AutoencoderResiduals['config']>
    const C = this.channels.length
    const parts = train.map((one) => one.select(this.channels).values)
    this.scales = learnScales(scaler, parts, C)
    this.network = new Autoencoder(this.method, C, new Rng(seed))
    const { network, engine } = this
    const windows = new SeriesWindows(this.prepareAll(train), this.method.window, C, training.stride)
    const held = new SeriesWindows(this.prepareAll(validation), this.method.window, C, 1)
    const meter = compile((batch: WindowTensors) => squaredErrors(network, batch), {
      ...engine,
      axes,
      dataParallel: { axis: 'B', reduce: 'sum' },
    })
    try {
      const result = await trainByTask<WindowTensors, WindowBatch>({
        network,
        settings: training,
        seed,
        createStep: (context) => createStep(network, context, engine),
        order: windowOrder(windows, { seed, training }),
        rowsOf: ({ values }) => values.shape[0] as number,
        validation: {
          run: async () => {
            let [sum, count] = [0, 0]
            for (const batch of held.inOrder()) {
              const found = await meter(batch)
              sum += found.sum.item()
              count += found.count.item()
            }
            return { loss: sum / Math.max(1, count) }
          },
          metric: 'loss',
          mode: 'min',
          compileMs: () => meter.stats.compileMs,
        },
        describe: () => this.describe(),
        run,
      })
      if (run.output !== undefined && result.stoppedBy !== 'interrupt') await this.save(run.output)
      return result
    } finally {
      await meter.dispose()
    }
  }

  async residuals(series: TimeSeries): Promise<Float64Array> {
    const { window: W } = this.method
    const C = this.channels.length
    const network = this.network as Autoencoder
    this.retell ??= compile(({ values }: WindowTensors) => network.forward(values), {
      ...this.engine,
      freeze: true,
      axes,
      dataParallel: { axis: 'B' },
    })
    const prepared = this.prepare(series)
    const windows = new SeriesWindows([prepared], W, C, Math.max(1, Math.floor(W / 8)), true)
    const sums = new Float64Array(series.length * C)
    const counts = new Float64Array(series.length)
    let window = 0
    for (const batch of windows.inOrder()) {
      const { values } = await this.retell(batch)
      const told = values.data as Float32Array
      for (let b = 0; b < (values.shape[0] as number); b++) {
        const row = windows.row(window++)
        for (let at = 0; at < W * C; at++)
          sums[row * C + at] = (sums[row * C + at] as number) + (told[b * W * C + at] as number)
        for (let w = 0; w < W; w++) counts[row + w] = (counts[row + w] as number) + 1
      }
    }
    return sums.map((sum, at) => {
      const wasThere = prepared.observed === null || prepared.observed[at] === 1
      return wasThere
        ? (prepared.values[at] as number) - sum / (counts[Math.floor(at / C)] as number)
        : Number.NaN
    })
  }

  async save(folder: string): Promise<void> {
    await saveModelFolder(folder, { ...this.describe(), weights: (this.network as Autoencoder).stateDict() })
  }

  async dispose(): Promise<void> {
    await this.retell?.dispose()
    this.network?.dispose()
  }

  private describe() {
    const { method, channels, scales } = this
    return { task: 'autoencoder', config: { method, channels, scales } }
  }

  private prepareAll(series: readonly TimeSeries[]): Prepared[] {
    return series.map((one) => this.prepare(one))
  }

  private prepare(series: TimeSeries): Prepared {
    const columns = scaledColumns(series, this.channels, this.scales as ChannelScales)
    return { ...columns, length: series.length }
  }
}

/** Every place of several series where a window fits. */
class SeriesWindows {
  private readonly places: { series: number; row: number }[]

  /** @param whole also the last window, wherever the stride ends. */
  constructor(
    private readonly series: readonly Prepared[],
    private readonly window: number,
    private readonly channels: number,
    stride: number,
    whole = false,
  ) {
    this.places = series.flatMap(({ length }, i) => {
      const last = length - window
      const rows: number[] = []
      for (let row = 0; row <= last; row += stride) rows.push(row)
      if (whole && last >= 0 && rows.at(-1) !== last) rows.push(last)
      return rows.map((row) => ({ series: i, row }))
    })
  }

  get count(): number {
    return this.places.length
  }

  row(window: number): number {
    return this.places[window]?.row as number
  }

  batch(windows: readonly number[]): WindowBatch {
    const size = this.window * this.channels
    const values = new Float32Array(windows.length * size)
    const observed = new Float32Array(values.length).fill(1)
    for (const [b, i] of windows.entries()) {
      const { series, row } = this.places[i] as { series: number; row: number }
      const { values: from, observed: known } = this.series[series] as Prepared
      const [start, end] = [row * this.channels, row * this.channels + size]
      values.set(from.subarray(start, end), b * size)
      if (known) observed.set(known.subarray(start, end), b * size)
    }
    const shape = [windows.length, this.window, this.channels]
    return { values: new NdArray(values, shape), observed: new NdArray(observed, shape) }
  }

  *inOrder(): Generator<WindowBatch> {
    for (const windows of chunks(this.count, evaluationBatchSize)) yield this.batch(windows)
  }
}

function squaredErrors(network: Autoencoder, { values, observed }: WindowTensors, rng?: Rng) {
  const told = network.forward(values, rng ? { training: true, rng } : {}).values
  const errors = tf.mul(tf.square(tf.sub(values, told)), observed)
  return { sum: tf.sum(errors), count: tf.sum(observed) }
}

function createStep(
  network: Autoencoder,
  context: StepContext,
  engine: CompileOptions,
): Compiled<WindowTensors, { loss: tf.Tensor }> {
  const loss = (batch: WindowTensors) => {
    const { sum, count } = squaredErrors(network, batch, context.rng)
    return tf.div(sum, tf.maximum(count, 1))
  }
  return compile((batch: WindowTensors) => updateByGradient(() => loss(batch), context), {
    ...engine,
    axes,
    dataParallel: { axis: 'B', weights: 'observed' },
  })
}
