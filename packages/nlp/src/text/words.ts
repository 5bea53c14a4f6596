/** The word level of a text pipeline: text ↔ words, before they are cut into pieces and numbered. */
import { normalizeText } from './normalize.js'
import { sentenceStarts } from './sentence-starts.js'
import { createStemmer } from './stemmers.js'
import { stopWords } from './stop-words.js'
import type { SurfaceCounts } from './surface-counts.js'
import type { ParsedTextConfig } from './text-config.js'
import { createTokenizer } from './tokenizers/registry.js'
import type { Tokenizer } from './tokenizers/tokenizer.js'
import { capitalizeSentences, Truecaser } from './truecaser.js'

/** A word as it stands in the text and as the model sees it. */
export interface Word {
  surface: string
  form: string
}

export const increment = (counts: Map<string, number>, key: string, by = 1): void => {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

/** Normalises and tokenises; needs no training. */
export class WordSplitter {
  readonly tokenizer: Tokenizer

  constructor(private readonly config: ParsedTextConfig) {
    this.tokenizer = createTokenizer(config.tokenizer)
  }

  split(text: string): string[] {
    const { normalize } = this.config
    return this.tokenizer.tokenize(normalize ? normalizeText(text, normalize) : text)
  }

  /** Adds the words of a text to the counts. */
  count(text: string, counts: SurfaceCounts): void {
    const tokens = this.split(text)
    const starts = sentenceStarts(tokens)
    tokens.forEach((token, i) => {
      counts.add(token, starts[i] as boolean)
    })
  }
}

/** Whether the settings need a truecaser: to take capitals away, or to bring them back. */
export const learnsCase = ({ casing, recase = false }: ParsedTextConfig): boolean =>
  casing === 'truecase' || (casing === 'lowercase' && recase)

/** Casing, stop words and stemming: what turns a surface word into the form that the model sees. */
export class WordForms {
  private readonly stops: ReadonlySet<string>
  private readonly stem: ((token: string) => string) | null

  constructor(
    private readonly config: ParsedTextConfig,
    readonly truecaser: Truecaser | null,
  ) {
    this.stops = config.stopWords ? stopWords(config.stopWords) : new Set()
    this.stem = config.stemmer ? createStemmer(config.stemmer) : null
  }

  /** Learns what has to be learnt (truecasing) from the counts of a corpus. */
  static fit(config: ParsedTextConfig, counts: Pick<SurfaceCounts, 'inside'>): WordForms {
    return new WordForms(config, learnsCase(config) ? Truecaser.fromCounts(counts.inside) : null)
  }

  /** The form of a word; null when it is a stop word. */
  form(surface: string, atStart: boolean): string | null {
    if (this.stops.has(surface.toLowerCase())) return null
    const cased = this.caseToken(surface, atStart)
    return this.stem ? this.stem(cased) : cased
  }

  private caseToken(token: string, atStart: boolean): string {
    if (this.config.casing === 'lowercase') return token.toLowerCase()
    return this.config.casing === 'truecase' && this.truecaser
      ? this.truecaser.truecaseToken(token, atStart)
      : token
  }

  /** Words of a tokenised text, stop words left out. */
  words(tokens: readonly string[]): Word[] {
    const starts = sentenceStarts(tokens)
    return tokens.flatMap((surface, i) => {
      const form = this.form(surface, starts[i] as boolean)
      return form === null ? [] : [{ surface, form }]
    })
  }

  /** Forms counted over a corpus. */
  count({ atStart, inside }: Pick<SurfaceCounts, 'atStart' | 'inside'>): Map<string, number> {
    const forms = new Map<string, number>()
    const add = (counts: Map<string, number>, start: boolean) => {
      for (const [surface, count] of counts) {
        const form = this.form(surface, start)
        if (form !== null) increment(forms, form, count)
      }
    }
    add(atStart, true)
    add(inside, false)
    return forms
  }

  /** Capitals again, as far as the settings ask for them. */
  recase(forms: readonly string[]): readonly string[] {
    const { casing, recase = casing === 'truecase' } = this.config
    if (!recase || !this.truecaser) return forms
    return capitalizeSentences(casing === 'lowercase' ? this.truecaser.truecase(forms) : forms)
  }
}
