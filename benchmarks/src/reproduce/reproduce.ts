/** Trains and scores a recipe. */
import { InvalidArgumentError } from '@attentive/core'
import { reproduceForecast } from './forecast/reproduce.js'
import { reproduceM4 } from './m4/reproduce.js'
import type { ReproduceOptions } from './options.js'
import { reproduceTranslation } from './translation/reproduce.js'
import { summaryOf } from './translation/result.js'

/**
 * @returns what to tell people; null when the run was interrupted. Results are in files then.
 * @throws DataError when files are missing.
 * @throws InvalidArgumentError when there are runs that it was not told to resume.
 */
export async function reproduce({ recipe, ...options }: ReproduceOptions): Promise<string | null> {
  if (recipe.task === 'translation') {
    const result = await reproduceTranslation({ ...options, recipe })
    return result && summaryOf(result)
  }
  if (options.publish !== undefined)
    throw new InvalidArgumentError({
      argument: 'publish',
      expected: 'a recipe of a translator',
      received: options.name,
    })
  return recipe.task === 'm4'
    ? reproduceM4({ ...options, recipe })
    : reproduceForecast({ ...options, recipe })
}
