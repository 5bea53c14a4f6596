/** A reproduced model to be given away: 16-bit weights, and a card with its data, terms and scores. */
import { InvalidArgumentError, modelCard } from '@attentive/core'
import { Translator } from '@attentive/nlp'
import type { TranslationRecipe } from '../../../recipes/recipe.js'
import type { Reproduction } from './result.js'

export interface PublishOptions {
  recipe: TranslationRecipe
  result: Reproduction
  /** Folder of the run. */
  run: string
  /** Where the model goes. */
  folder: string
}

/**
 * @throws InvalidArgumentError when the result is an ensemble's.
 * @throws StorageError when the folder cannot be written.
 */
export async function publish({ recipe, result, run, folder }: PublishOptions): Promise<void> {
  if (result.seeds.length !== 1)
    throw new InvalidArgumentError({
      argument: 'publish',
      expected: 'a recipe of one model',
      received: `one of ${result.seeds.length}`,
    })
  const translator = await Translator.load(run)
  await translator.save(folder, { format: 'float16', card: cardOf(recipe, result) })
  await translator.dispose()
}

function cardOf(
  recipe: TranslationRecipe,
  { title, command, seeds, scores, minutes, training }: Reproduction,
): string {
  const { bleu, tokenizedBleu, chrf, ter, perplexity } = scores.test
  const signed = [bleu, tokenizedBleu, chrf, ter].map(({ name, signature, score }) => [
    `Test ${name}, ${signature}`,
    score.toFixed(2),
  ])
  return modelCard({
    title,
    summary:
      'Bidirectional LSTM encoder, LSTM decoder with attention, 16-bit weights; `Translator.load` reads it. It knows what its training data knows: captions of photographs, in lower case.',
    data: `${recipe.source}. ${recipe.terms}`,
    scores: { ...Object.fromEntries(signed), 'Test perplexity': perplexity.toFixed(3) },
    facts: {
      Search: JSON.stringify(recipe.search),
      'Training steps': training[0]?.steps ?? 0,
      Minutes: minutes.toFixed(1),
    },
    command,
    seed: seeds[0] as number,
    license: recipe.modelLicence,
  })
}
