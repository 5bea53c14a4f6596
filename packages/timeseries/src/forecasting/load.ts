import type { EngineOptions } from '../training/run-options.js'
import { BlendedForecaster } from './blend/blended-forecaster.js'
import { isBlend } from './blend/folder.js'
import { NeuralForecaster } from './neural-forecaster.js'

/**
 * What a folder holds, without its calibration where it has one.
 * @throws CheckpointError when that is neither a network nor a blend, or damaged.
 */
export async function loadNetworkOrBlend(
  folder: string,
  engine: EngineOptions = {},
): Promise<NeuralForecaster | BlendedForecaster> {
  const kind = (await isBlend(folder)) ? BlendedForecaster : NeuralForecaster
  return kind.load(folder, engine)
}
