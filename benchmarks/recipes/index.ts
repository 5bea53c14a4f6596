/** All recipes by name: one row each. */
import { etth1, etth1Intervals, etth1Seq2seq, etth1Short } from './etth1.js'
import { beijing, exchangeRate, illness } from './forecasts.js'
import { m4Hourly } from './m4.js'
import { deEn, enDe, enDeEnsemble, enDeStopWords } from './multi30k.js'
import type { Recipe } from './recipe.js'

export const recipes: Readonly<Record<string, Recipe>> = {
  'multi30k-en-de': enDe,
  'multi30k-de-en': deEn,
  'multi30k-en-de-ensemble': enDeEnsemble,
  'multi30k-en-de-stop-words': enDeStopWords,
  etth1,
  'etth1-96': etth1Short,
  'etth1-intervals': etth1Intervals,
  'etth1-seq2seq': etth1Seq2seq,
  'm4-hourly': m4Hourly,
  'beijing-pm25': beijing,
  illness,
  'exchange-rate': exchangeRate,
}
