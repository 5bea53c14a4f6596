/** The models that a detector may stand on, by the name of its method. */
import type { EngineOptions } from '../training/run-options.js'
import { AutoencoderResiduals } from './autoencoder-residuals.js'
import type { ParsedDetectorConfig } from './config.js'
import { ForecastResiduals } from './forecast-residuals.js'
import type { ResidualModel } from './residual-model.js'

export function createResidualModel(
  config: ParsedDetectorConfig,
  channels: readonly string[],
  engine: EngineOptions,
): ResidualModel {
  const { method } = config
  return method.name === 'autoencoder'
    ? new AutoencoderResiduals(method, channels, engine, config)
    : ForecastResiduals.create(method, config, channels, engine)
}

/** @throws CheckpointError when there is no network of this method in the folder, or a damaged one. */
export function loadResidualModel(
  folder: string,
  { method }: ParsedDetectorConfig,
  engine: EngineOptions,
): Promise<ResidualModel> {
  return method.name === 'autoencoder'
    ? AutoencoderResiduals.load(folder, engine)
    : ForecastResiduals.load(folder, engine)
}
