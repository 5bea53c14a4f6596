/**
 * Whether the sizes in a saved configuration are those of the saved weights. A network is made only after that, so that
 * a hostile configuration cannot ask for more memory than the file of weights, which has been read, has taken.
 */
import { CheckpointError, type StateDict } from '@attentive/core'
import type { TextPipelinePair } from '../text/index.js'
import type { ParsedModelConfig } from './config.js'
import { encoderDirectionSize } from './model.js'

/** Every size and every pair of sizes that a parameter is made of stands in one of these. */
function decisiveShapes(
  config: ParsedModelConfig,
  { source, target }: TextPipelinePair,
): [name: string, shape: number[]][] {
  const { embeddingSize: E, hiddenSize: H, encoderLayers } = config
  const tied = config.tiedEmbeddings === 'all'
  const direction = encoderDirectionSize(config)
  return [
    ['sourceEmbedding.weight', [source.vocabulary.size, E]],
    [tied ? 'sourceEmbedding.weight' : 'targetEmbedding.weight', [target.vocabulary.size, E]],
    ['initial.weight', [H, 2 * direction]],
    ['readout.weight', [E, H + 2 * direction + E]],
    ...Array.from({ length: encoderLayers }, (_, layer): [string, number[]] => [
      `encoder.weightHhL${layer}`,
      [4 * direction, direction],
    ]),
  ]
}

/** @throws CheckpointError naming the first size that differs. */
export function requireSavedSizes(
  config: ParsedModelConfig,
  pipelines: TextPipelinePair,
  weights: StateDict,
): void {
  const layers = Object.keys(weights).filter((name) => /^encoder\.weightHhL\d+$/.test(name)).length
  if (config.encoderLayers !== layers)
    throw new CheckpointError({
      argument: 'encoderLayers',
      expected: `${layers}, as many as there are weights for`,
      received: String(config.encoderLayers),
    })
  for (const [name, shape] of decisiveShapes(config, pipelines)) {
    const saved = Object.hasOwn(weights, name) ? weights[name] : undefined
    if (saved?.shape.join() !== shape.join())
      throw new CheckpointError({
        argument: name,
        expected: `weights of shape [${shape}], as configuration and vocabularies have it`,
        received: saved ? `[${saved.shape}]` : 'none',
        hint: 'The files of the folder belong to different models.',
      })
  }
}
