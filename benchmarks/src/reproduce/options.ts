/** What every reproduction is told. */
import type { TrainingProgress } from '@attentive/core'
import type { Recipe } from '../../recipes/recipe.js'

export interface ReproduceOptions<R extends Recipe = Recipe> {
  name: string
  recipe: R
  /** Folder with the recipe's files. */
  data: string
  /** Folder for checkpoints. */
  runs: string
  /** Folder for `NAME.json` and `NAME.log`. */
  results: string
  threads?: number | undefined
  /** Folder for the model to be given away; see `translation/publish.ts`. */
  publish?: string | undefined
  /** Go on with what is in `runs`. Default false: then there must be nothing. */
  resume?: boolean
  signal?: AbortSignal
  onProgress?(progress: TrainingProgress): void
}
