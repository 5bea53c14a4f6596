import { InvalidArgumentError } from '@attentive/core'
import { Metric, type MetricScore, type SignedScore, type Statistics } from './metric.js'
import { formatSignature, type NumReferences, type SignatureFields } from './signature.js'

/** The references of one sentence: one text, or a list of equally good ones. */
export type References = string | readonly string[]

/** A metric that compares system output with reference texts. */
export abstract class TextMetric<Score extends MetricScore = MetricScore> extends Metric<Score> {
  /** Sufficient statistics of one sentence against at least one reference. */
  abstract sentenceStatistics(hypothesis: string, references: readonly string[]): Statistics

  /** The options that change the score, as the signature prints them. */
  protected abstract signatureFields(): SignatureFields

  /** The line that says how a score was computed. */
  signature(numReferences: NumReferences, extra: SignatureFields = {}): string {
    return formatSignature(numReferences, { ...extra, ...this.signatureFields() })
  }

  /** An empty corpus to which sentences are added as they come. */
  accumulator(): CorpusAccumulator<Score> {
    return new CorpusAccumulator(this)
  }

  /**
   * The score of a whole system output.
   *
   * @param hypotheses the system's sentences, at least one.
   * @param references for each of them one reference or a list of references.
   * @throws InvalidArgumentError where the two differ in length or something other than text is among them.
   */
  corpusScore(hypotheses: readonly string[], references: readonly References[]): SignedScore<Score> {
    checkCorpus(hypotheses, references)
    const corpus = this.accumulator()
    hypotheses.forEach((hypothesis, i) => {
      corpus.add(hypothesis, references[i] as References)
    })
    return corpus.score()
  }

  /**
   * The score of one sentence. BLEU of a single sentence wants `effectiveOrder: true`.
   *
   * @throws InvalidArgumentError where something other than text is given, or no reference.
   */
  sentenceScore(hypothesis: string, references: References): SignedScore<Score> {
    return this.accumulator().add(hypothesis, references).score()
  }
}

/** The running sum of a corpus's statistics under one metric. */
export class CorpusAccumulator<Score extends MetricScore = MetricScore> {
  private readonly sums: number[]
  private sentences = 0
  private numReferences: NumReferences | undefined

  constructor(private readonly metric: TextMetric<Score>) {
    this.sums = new Array<number>(metric.numStatistics).fill(0)
  }

  /** Sentences added so far. */
  get numSentences(): number {
    return this.sentences
  }

  /** The sums so far. */
  get statistics(): Statistics {
    return [...this.sums]
  }

  /** Adds one sentence and returns this accumulator. */
  add(hypothesis: string, references: References): this {
    const list = checkSentence(hypothesis, references, this.sentences)
    this.addSums(this.metric.sentenceStatistics(hypothesis, list), 1, list.length)
    return this
  }

  /** Adds what another accumulator of the same metric has seen, and returns this one. */
  merge(other: CorpusAccumulator<Score>): this {
    if (other.numReferences !== undefined) this.addSums(other.sums, other.sentences, other.numReferences)
    return this
  }

  /** The score of all sentences added so far. Throws InvalidArgumentError when there are none. */
  score(): SignedScore<Score> {
    if (this.numReferences === undefined)
      throw new InvalidArgumentError({ argument: 'hypotheses', expected: 'at least one', received: 'none' })
    return {
      ...this.metric.scoreFromStatistics(this.sums),
      signature: this.metric.signature(this.numReferences),
    }
  }

  private addSums(statistics: Statistics, sentences: number, numReferences: NumReferences): void {
    for (let i = 0; i < this.sums.length; i++)
      this.sums[i] = (this.sums[i] as number) + (statistics[i] as number)
    this.sentences += sentences
    const isFirst = this.numReferences === undefined
    this.numReferences = isFirst || this.numReferences === numReferences ? numReferences : 'var'
  }
}

/** Checks that there is one entry of `references` for each hypothesis. */
export function checkCorpus(hypotheses: readonly string[], references: readonly References[]): void {
  for (const [argument, value] of Object.entries({ hypotheses, references }))
    if (!Array.isArray(value))
      throw new InvalidArgumentError({ argument, expected: 'an array', received: typeof value })
  if (hypotheses.length !== references.length)
    throw new InvalidArgumentError({
      argument: 'references',
      expected: `as many entries as there are hypotheses (${hypotheses.length})`,
      received: String(references.length),
      hint: 'Several references of one sentence go into one entry: [["first", "second"], …].',
    })
}

/** The references of a sentence as a list, after checking that all is text. */
export function checkSentence(
  hypothesis: string,
  references: References,
  position: number,
): readonly string[] {
  if (typeof hypothesis !== 'string')
    throw new InvalidArgumentError({
      argument: `hypotheses[${position}]`,
      expected: 'a string',
      received: describe(hypothesis),
    })
  const list = typeof references === 'string' ? [references] : references
  if (!Array.isArray(list) || list.length === 0 || list.some((reference) => typeof reference !== 'string'))
    throw new InvalidArgumentError({
      argument: `references[${position}]`,
      expected: 'a string or a non-empty array of strings',
      received: Array.isArray(list) ? `[${list.map(describe).join(', ')}]` : describe(list),
    })
  return list
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value
}
