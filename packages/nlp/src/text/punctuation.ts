/**
 * Punctuation as one language writes it on a plain keyboard (normalize-punctuation.perl of the Moses toolkit): curly
 * and angle quotes become straight, dashes hyphens, spaces around brackets and signs regular.
 */

/** `other` is every language without rules of its own. */
export const punctuationLanguages = ['en', 'de', 'es', 'fr', 'cs', 'other'] as const
export type PunctuationLanguage = (typeof punctuationLanguages)[number]

type Rule = readonly [RegExp, string]

const spacing: Rule[] = [
  [/\r/g, ''],
  [/\(/g, ' ('],
  [/\)/g, ') '],
  [/ +/g, ' '],
  [/\) ([.!:?;,])/g, ')$1'],
  [/\( /g, '('],
  [/ \)/g, ')'],
  [/(\d) %/g, '$1%'],
  [/ :/g, ':'],
  [/ ;/g, ';'],
]

const quotesAndDashes: Rule[] = [
  [/`/g, "'"],
  [/''/g, ' " '],
  [/[„“”]/g, '"'],
  [/–/g, '-'],
  [/—/g, ' - '],
  [/ +/g, ' '],
  [/[´‘‚’]/g, "'"],
  [/''/g, '"'],
  [/…/g, '...'],
  [/\u00A0?«\u00A0?/g, '"'],
  [/\u00A0?»\u00A0?/g, '"'],
]

const hardSpaces: Rule[] = [
  [/\u00A0%/g, '%'],
  [/nº\u00A0/g, 'nº '],
  [/\u00A0([:;?!])/g, '$1'],
  [/\u00A0(ºC|cm)/g, ' $1'],
  [/,\u00A0/g, ', '],
  [/ +/g, ' '],
]

/** "word", → "word," in American English and the reverse in the languages of the continent. */
const commaInQuotes: Rule[] = [[/"([,.]+)/g, '$1"']]
const commaAfterQuotes: Rule[] = [
  [/,"/g, '",'],
  [/(\.+)"(\s*[^<])/g, '"$1$2'],
]

/** A hard space groups thousands; Moses writes a comma or a point instead. */
const groupByComma: Rule[] = [[/(\d)\u00A0(\d)/g, '$1,$2']]
const groupByPoint: Rule[] = [[/(\d)\u00A0(\d)/g, '$1.$2']]

const shared = [...spacing, ...quotesAndDashes, ...hardSpaces]
const rules: Record<PunctuationLanguage, Rule[]> = {
  en: [...shared, ...commaInQuotes, ...groupByPoint],
  de: [...shared, ...commaAfterQuotes, ...groupByComma],
  es: [...shared, ...commaAfterQuotes, ...groupByComma],
  fr: [...shared, ...commaAfterQuotes, ...groupByComma],
  cs: [...shared, ...groupByComma],
  other: [...shared, ...groupByPoint],
}

/** What some rule looks for; most sentences have nothing of it. */
const affected = /[\r()%:;`'"„“”´‘‚’–—…«»\u00A0]| {2}/

/** The text with its punctuation normalised by the rules of a language. */
export function normalizePunctuation(text: string, language: PunctuationLanguage): string {
  if (!affected.test(text)) return text.trim()
  let normalized = text
  for (const [pattern, replacement] of rules[language]) normalized = normalized.replace(pattern, replacement)
  return normalized.trim()
}
