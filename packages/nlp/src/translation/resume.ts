/** Continuing a run: the text processing that it learnt is taken over, and everything else must be as it was. */
import { join } from 'node:path'
import { CheckpointError, InvalidArgumentError, isModelFolder, requireSameSettings } from '@attentive/core'
import { z } from 'zod'
import type { CorpusCounts } from '../data/index.js'
import type { TextPipelinePair } from '../text/index.js'
import { type ParsedTranslationConfig, textConfigsOf } from './config.js'
import { loadDescription } from './folder.js'

/** What the folders of a run keep of how it was trained. */
export interface TrainingRecord {
  settings: ParsedTranslationConfig
  corpus: CorpusCounts
}

/** The settings with every default, in text processing too, so that two ways to say the same are the same. */
export function recordOf(config: ParsedTranslationConfig, corpus: CorpusCounts): TrainingRecord {
  return { settings: { ...config, ...textConfigsOf(config), text: {} }, corpus }
}

const count = z.int().nonnegative()
const recordSchema = z.object({
  settings: z.record(z.string(), z.unknown()),
  corpus: z.strictObject({ examples: count, tooLong: count, targetTokens: count, checksum: count }),
})

/** A run to be continued. */
export interface EarlierRun {
  pipelines: TextPipelinePair
  /** @throws InvalidArgumentError when settings or corpus are not those of the run. */
  requireSame(now: TrainingRecord): void
}

/** The run in the folder; null when it has not come as far as a checkpoint. @throws CheckpointError on a damaged one. */
export async function findEarlierRun(output: string): Promise<EarlierRun | null> {
  const folder = join(output, 'last')
  if (!(await isModelFolder(folder))) return null
  const { pipelines, training } = await loadDescription(folder)
  const before = recordSchema.safeParse(training)
  if (!before.success)
    throw new CheckpointError({
      argument: folder,
      expected: 'the record of a training run',
      received: z.prettifyError(before.error),
    })
  return {
    pipelines,
    requireSame(now) {
      requireSameSettings(before.data.settings, now.settings)
      requireSameCorpus(before.data.corpus, now.corpus)
    },
  }
}

function requireSameCorpus(before: CorpusCounts, now: CorpusCounts): void {
  const text = ({ examples, tooLong, targetTokens, checksum }: CorpusCounts) =>
    `${examples} pairs with ${targetTokens} target tokens (${tooLong} pairs too long), checksum ${checksum}`
  if (text(before) !== text(now))
    throw new InvalidArgumentError({
      argument: 'train',
      expected: `the corpus that the run was started with: ${text(before)}`,
      received: text(now),
    })
}
