/** How well classes were told apart; conventions as in scikit-learn. */
import { InvalidArgumentError } from '@attentive/core'
import { mean } from '../statistics/mean.js'

export interface ClassScores {
  label: string
  /** Of those that were said to be of this class, the share that is; 0 where none was. */
  precision: number
  /** Of those that are of this class, the share that was found; 0 where none is. */
  recall: number
  /** 2 · precision · recall / (precision + recall), 0 where both are 0. */
  f1: number
  /** Series that are of this class. */
  support: number
}

export interface ConfusionMatrix {
  /** Of rows and columns. */
  classes: readonly string[]
  /** Rows: what they are; columns: what they were said to be. */
  counts: number[][]
}

export interface ClassificationScores {
  /** Series that were compared. */
  count: number
  /** Share that was classified rightly. */
  accuracy: number
  /** Mean recall of the classes that there are: a frequent class counts no more than a rare one (Brodersen et al. 2010). */
  balancedAccuracy: number
  /** Mean F1 of the classes that there are or were said to be. */
  macroF1: number
  byClass: ClassScores[]
  confusion: ConfusionMatrix
}

/**
 * @param actual labels. @param predicted labels, in the same order.
 * @param classes all that there may be, in the order of the result. Default: those that occur, sorted.
 * @throws InvalidArgumentError when there are none, not as many of each, or a label is no class.
 */
export function classificationScores(
  actual: readonly string[],
  predicted: readonly string[],
  classes: readonly string[] = sortLabels([...actual, ...predicted]),
): ClassificationScores {
  if (actual.length === 0 || actual.length !== predicted.length)
    throw new InvalidArgumentError({
      argument: 'predicted',
      expected:
        actual.length === 0 ? 'at least one label' : `${actual.length} labels, one for each actual one`,
      received: String(predicted.length),
    })
  const counts = confusionCounts(actual, predicted, classes)
  const byClass = classes.map((label, k) => scoresOf(label, counts, k))
  const right = counts.reduce((sum, row, k) => sum + (row[k] as number), 0)
  const occurring = byClass.filter((_, k) => total(counts[k]) + total(column(counts, k)) > 0)
  return {
    count: actual.length,
    accuracy: right / actual.length,
    balancedAccuracy: mean(byClass.filter(({ support }) => support > 0).map(({ recall }) => recall)),
    macroF1: mean(occurring.map(({ f1 }) => f1)),
    byClass,
    confusion: { classes, counts },
  }
}

/** Each once: numbers by size where all are, else by their characters. */
export function sortLabels(labels: readonly string[]): string[] {
  const distinct = [...new Set(labels)]
  const areNumbers = distinct.every((label) => label.trim() !== '' && Number.isFinite(Number(label)))
  return areNumbers ? distinct.sort((a, b) => Number(a) - Number(b)) : distinct.sort()
}

function confusionCounts(
  actual: readonly string[],
  predicted: readonly string[],
  classes: readonly string[],
): number[][] {
  const places = new Map(classes.map((label, k) => [label, k]))
  const placeOf = (label: string, argument: string) => {
    const place = places.get(label)
    if (place !== undefined) return place
    throw new InvalidArgumentError({
      argument,
      expected: `one of ${classes.join(', ')}`,
      received: JSON.stringify(label),
    })
  }
  const counts = classes.map(() => classes.map(() => 0))
  for (const [i, label] of actual.entries()) {
    const row = counts[placeOf(label, `actual[${i}]`)] as number[]
    const k = placeOf(predicted[i] as string, `predicted[${i}]`)
    row[k] = (row[k] as number) + 1
  }
  return counts
}

function scoresOf(label: string, counts: readonly number[][], k: number): ClassScores {
  const right = counts[k]?.[k] as number
  const support = total(counts[k])
  const precision = share(right, total(column(counts, k)))
  const recall = share(right, support)
  return { label, precision, recall, f1: share(2 * precision * recall, precision + recall), support }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function column(counts: readonly number[][], k: number): number[] {
  return counts.map((row) => row[k] as number)
}

function total(numbers: readonly number[] = []): number {
  return numbers.reduce((sum, count) => sum + count, 0)
}
