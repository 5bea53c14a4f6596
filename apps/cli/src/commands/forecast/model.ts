/** A trained forecaster, and how files are read for it. */
import { NeuralForecaster, type TableColumns, type TableSettings } from '@attentive/timeseries'
import { requireFinished } from '../../finished-model.js'
import type { EngineFlags } from '../../options.js'
import { type TableFlags, tableSettings } from '../../table-options.js'

/** @throws CheckpointError when there is no finished forecaster in the folder. */
export async function loadForecaster(
  folder: string,
  { engine, threads }: EngineFlags,
): Promise<NeuralForecaster> {
  await requireFinished(folder)
  return NeuralForecaster.load(folder, { engine, threads })
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
