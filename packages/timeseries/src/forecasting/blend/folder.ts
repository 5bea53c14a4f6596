/**
 * A blend's folder: its settings and weights, and each network in `network-1/`, `network-2/`, …, model folders of their
 * own. They are saved one after the other, the blend last, which knows its networks by checksum: a folder whose saving
 * was cut off is refused.
 */
import { join } from 'node:path'
import { CheckpointError, isModelFolder, loadModelFolder, NdArray, saveModelFolder } from '@attentive/core'
import { z } from 'zod'
import { baselineNames } from '../../baselines/index.js'
import { modelChecksum, requireModelChecksum } from '../../model-checksum.js'
import type { EngineOptions } from '../../training/run-options.js'
import { NeuralForecaster } from '../neural-forecaster.js'

const blendTask = 'blend'
const schema = z.strictObject({
  simple: z.strictObject({ name: z.enum(baselineNames), period: z.int().positive().optional() }),
  /** Checksum of each. */
  networks: z.array(z.string()).min(1),
})

export interface SavedBlend {
  simple: z.output<typeof schema>['simple']
  networks: readonly NeuralForecaster[]
  /** `[H, C]` */
  weights: Float32Array
}

const learntWith = {
  expected: 'the network that the weights were learnt with',
  hint: 'A later saving into this folder was not finished: save the blend again.',
}

const networkFolder = (folder: string, i: number) => join(folder, `network-${i + 1}`)

/** Whether a folder holds a blend. */
export function isBlend(folder: string): Promise<boolean> {
  return isModelFolder(networkFolder(folder, 0))
}

export async function saveBlend(folder: string, { simple, networks, weights }: SavedBlend): Promise<void> {
  const checksums: string[] = []
  for (const [i, network] of networks.entries()) {
    const place = networkFolder(folder, i)
    await network.save(place)
    checksums.push(await modelChecksum(place))
  }
  const { horizon } = networks[0] as NeuralForecaster
  await saveModelFolder(folder, {
    task: blendTask,
    config: { simple, networks: checksums },
    weights: { weights: new NdArray(weights, [horizon, weights.length / horizon]) },
  })
}

/** @throws CheckpointError when there is no blend, a damaged one, or one of other networks. */
export async function loadBlend(folder: string, engine: EngineOptions): Promise<SavedBlend> {
  const { config, weights } = await loadModelFolder(folder, { task: blendTask, schema })
  const networks: NeuralForecaster[] = []
  try {
    for (const [i, checksum] of config.networks.entries()) {
      const place = networkFolder(folder, i)
      networks.push(await NeuralForecaster.load(place, engine))
      requireLikeFirst(networks, place)
      await requireModelChecksum(place, checksum, learntWith)
    }
    return { simple: config.simple, networks, weights: weightsOf(weights.weights, networks, folder) }
  } catch (error) {
    for (const network of networks) await network.dispose()
    throw error
  }
}

/** @throws CheckpointError when the last network forecasts other channels or another horizon than the first. */
function requireLikeFirst(networks: readonly NeuralForecaster[], place: string): void {
  const described = ({ horizon, target }: NeuralForecaster) =>
    `a network that forecasts ${horizon} steps of ${JSON.stringify(target)}`
  const [expected, received] = [networks[0], networks.at(-1)].map((one) => described(one as NeuralForecaster))
  if (expected === received) return
  throw new CheckpointError({
    argument: place,
    expected: expected as string,
    received: received as string,
    hint: 'The folders belong to different blends.',
  })
}

function weightsOf(
  table: NdArray | undefined,
  [network]: readonly NeuralForecaster[],
  folder: string,
): Float32Array {
  const sizes = [network?.horizon, network?.target?.length]
  const data = table?.data as Float32Array | undefined
  const isFine = table?.shape.join() === sizes.join() && data?.every((s) => s >= 0 && s <= 1)
  if (isFine) return data as Float32Array
  throw new CheckpointError({
    argument: `${folder}: weights`,
    expected: `numbers between 0 and 1 for ${sizes.join(' steps and ')} channels`,
    received: table ? `shape [${table.shape.join(', ')}], or other numbers` : 'none',
    hint: 'Learn the weights anew.',
  })
}
