/** What every tokenizer does. */
export interface Tokenizer {
  /** Splits a text into tokens; an empty or blank text gives none. */
  tokenize(text: string): string[]
  /** Joins tokens to a text as a person would write it. */
  detokenize(tokens: readonly string[]): string
}
