/** A trained forecaster, and how files are read for it. */
import {
  BlendedForecaster,
  ConformalForecaster,
  type Forecaster,
  isCalibrated,
  loadNetworkOrBlend,
  type NeuralForecaster,
  type TableColumns,
  type TableSettings,
} from '@attentive/timeseries'
import { requireFinished } from '../../finished-model.js'
import type { EngineFlags } from '../../options.js'
import { type TableFlags, tableSettings } from '../../table-options.js'

/** What a folder holds: a network or a blend, maybe with intervals that its validation part calibrated. */
export interface LoadedForecaster {
  /** The networks of a blend, or the one. */
  networks: readonly NeuralForecaster[]
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
    return { networks: networksOf(forecaster.base), forecaster, coverages: forecaster.coverages }
  }
  const forecaster = await loadNetworkOrBlend(folder, { engine, threads })
  const networks = networksOf(forecaster)
  const [{ coverages }, ...others] = networks as [NeuralForecaster, ...NeuralForecaster[]]
  const common = coverages.filter((one) => others.every((network) => network.coverages.includes(one)))
  return { networks, forecaster, coverages: forecaster.hasQuantiles ? common : [] }
}

/** Folders hold networks, and blends of networks. */
function networksOf(forecaster: Forecaster): readonly NeuralForecaster[] {
  const networks = forecaster instanceof BlendedForecaster ? forecaster.networks : [forecaster]
  return networks as readonly NeuralForecaster[]
}

/** The one whose settings and scale stand for all. */
export function firstOf({ networks }: LoadedForecaster): NeuralForecaster {
  return networks[0] as NeuralForecaster
}

/** What it is called beside others, with intervals or without. */
export function nameOf({ forecaster }: LoadedForecaster): string {
  return forecaster instanceof ConformalForecaster ? forecaster.base.name : forecaster.name
}

/** As the files were read that the model learnt from, but for what flags say. */
export function tableOf(loaded: LoadedForecaster, flags: TableFlags): TableSettings {
  return tableSettings(flags, firstOf(loaded).config.table)
}

/** Columns that the model reads. */
export function columnsOf({ networks }: LoadedForecaster): TableColumns {
  return columnsFrom(networks, ({ config, target }) => [...(target ?? []), ...config.past, ...config.future])
}

/** Those of them that must be known beforehand. */
export function knownColumnsOf({ networks }: LoadedForecaster): TableColumns {
  return columnsFrom(networks, ({ config }) => config.future)
}

function columnsFrom(
  networks: readonly NeuralForecaster[],
  channelsOf: (network: NeuralForecaster) => readonly string[],
): TableColumns {
  return {
    channels: [...new Set(networks.flatMap(channelsOf))],
    statics: [...new Set(networks.flatMap(({ config }) => config.statics))],
  }
}
