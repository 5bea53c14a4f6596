/**
 * A small language that a small network learns in seconds: who does what where, in English, German and Chinese.
 *
 *     npx tsx apps/examples/src/translation/phrases/data.ts
 *
 *     a girl sleeps in the garden  |  ein Mädchen schläft im Garten  |  一个女孩在花园里睡觉
 *     …
 */
import { Rng } from '@attentive/core'
import type { TextPair } from '@attentive/nlp'
import { isMain } from '../../is-main.js'

/** English, German, Chinese. */
const one = [
  ['a dog', 'ein Hund', '一只狗'],
  ['a cat', 'eine Katze', '一只猫'],
  ['a woman', 'eine Frau', '一个女人'],
  ['a man', 'ein Mann', '一个男人'],
  ['a girl', 'ein Mädchen', '一个女孩'],
  ['a child', 'ein Kind', '一个孩子'],
] as const

const many = [
  ['two dogs', 'zwei Hunde', '两只狗'],
  ['two cats', 'zwei Katzen', '两只猫'],
  ['two women', 'zwei Frauen', '两个女人'],
  ['two men', 'zwei Männer', '两个男人'],
  ['three girls', 'drei Mädchen', '三个女孩'],
  ['three children', 'drei Kinder', '三个孩子'],
] as const

/** English for one and for many, German for one and for many, Chinese. */
const verbs = [
  ['runs', 'run', 'läuft', 'laufen', '跑步'],
  ['sleeps', 'sleep', 'schläft', 'schlafen', '睡觉'],
  ['plays', 'play', 'spielt', 'spielen', '玩'],
  ['sits', 'sit', 'sitzt', 'sitzen', '坐着'],
  ['stands', 'stand', 'steht', 'stehen', '站着'],
  ['waits', 'wait', 'wartet', 'warten', '等待'],
  ['eats', 'eat', 'isst', 'essen', '吃饭'],
  ['sings', 'sing', 'singt', 'singen', '唱歌'],
] as const

const places = [
  ['on the beach', 'am Strand', '在海滩上'],
  ['in the garden', 'im Garten', '在花园里'],
  ['in the snow', 'im Schnee', '在雪地里'],
  ['under a tree', 'unter einem Baum', '在树下'],
  ['by the river', 'am Fluss', '在河边'],
  ['in the street', 'auf der Straße', '在街上'],
  ['behind the house', 'hinter dem Haus', '在房子后面'],
  ['at the station', 'am Bahnhof', '在车站'],
] as const

export interface Phrase {
  en: string
  de: string
  zh: string
}

function combine([en, de, zh]: readonly [string, string, string], isOne: boolean): Phrase[] {
  return verbs.flatMap(([runs, run, läuft, laufen, verbZh]) =>
    places.map(([placeEn, placeDe, placeZh]) => ({
      en: `${en} ${isOne ? runs : run} ${placeEn}`,
      de: `${de} ${isOne ? läuft : laufen} ${placeDe}`,
      zh: `${zh}${placeZh}${verbZh}`,
    })),
  )
}

/** All 768, shuffled. */
export const phrases: readonly Phrase[] = new Rng(1).shuffle([
  ...one.flatMap((subject) => combine(subject, true)),
  ...many.flatMap((subject) => combine(subject, false)),
])

/** Of each language pair, 68 phrases are kept out of training. */
export function phrasePairs(target: 'de' | 'zh'): { training: TextPair[]; test: TextPair[] } {
  const pairs = phrases.map((phrase) => ({ source: phrase.en, target: phrase[target] }))
  return { training: pairs.slice(68), test: pairs.slice(0, 68) }
}

if (isMain(import.meta.url))
  for (const { en, de, zh } of phrases.slice(0, 20)) console.log(`${en}  |  ${de}  |  ${zh}`)
