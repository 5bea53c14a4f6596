/** All recipes by name: one row each. */
import { etth1, etth1Short } from './etth1.js'
import { deEn, enDe, enDeEnsemble, enDeStopWords } from './multi30k.js'
import type { Recipe } from './recipe.js'

export const recipes: Readonly<Record<string, Recipe>> = {
  'multi30k-en-de': enDe,
  'multi30k-de-en': deEn,
  'multi30k-en-de-ensemble': enDeEnsemble,
  'multi30k-en-de-stop-words': enDeStopWords,
  etth1,
  'etth1-96': etth1Short,
}
