/** A trained forecaster, and how files are read for it. */
import {
  ConformalForecaster,
  type Forecaster,
  isCalibrated,
  NeuralForecaster,
  type TableColumns,
  type TableSettings,
} from '@attentive/timeseries'
import { requireFinished } from '../../finished-model.js'
import type { EngineFlags } from '../../options.js'
import { type TableFlags, tableSettings } from '../../table-options.js'

/** A network, and the same with intervals that its validation part calibrated, where it had one. */
export interface LoadedForecaster {
  network: NeuralForecaster
  forecaster: Forecaster
  /** Of the intervals that it can give. */
  coverages: readonly number[]
}

/** @throws CheckpointError when there is no finished forecaster in the folder. */
export async function loadForecaster(
  folder: string,
  { engine, threads }: EngineFlags,
): Promise<LoadedForecaster> {
  await requireFinished(folder)
  if (await isCalibrated(folder)) {
    const forecaster = await ConformalForecaster.load(folder, { engine, threads, adapt: true })
    return { network: forecaster.base as NeuralForecaster, forecaster, coverages: forecaster.coverages }
  }
  const network = await NeuralForecaster.load(folder, { engine, threads })
  return { network, forecaster: network, coverages: network.coverages }
}

/** As the files were read that the model learnt from, but for what flags say. */
export function tableOf({ config }: NeuralForecaster, flags: TableFlags): TableSettings {
  return tableSettings(flags, config.table)
}

/** Columns that the model reads. */
export function columnsOf({ config, target }: NeuralForecaster): TableColumns {
  return {
    channels: [...(target ?? []), ...config.past, ...config.future],
    statics: config.statics,
  }
}
