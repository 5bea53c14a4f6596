/** Options that the larger examples and the demo have in common. */
import { parseArgs } from 'node:util'

export interface ExampleOptions {
  /** Dates that are made, for training, validation and test together. */
  dates: number
  /** Training stops after so many, however good the translator is then. */
  epochs: number
  seed: number
  /** Folder for models, pictures and scores. */
  out: string
  /** Folder of the English–German model. */
  model: string | undefined
  /** Whether to answer what is typed. */
  chat: boolean
}

/** The program was started with options that make no sense. */
export class UsageError extends Error {}

/** @throws UsageError naming the option that makes no sense. */
export function parseOptions(args: readonly string[], { out }: { out: string }): ExampleOptions {
  const values = read(args)
  return {
    dates: toCount('dates', values.dates ?? '26000', 100),
    epochs: toCount('epochs', values.epochs ?? '3', 1),
    seed: toCount('seed', values.seed ?? '1', 0),
    out: values.out ?? out,
    model: values.model,
    chat: !values['no-chat'],
  }
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = { dates: text, epochs: text, seed: text, out: text, model: text }
  try {
    return parseArgs({ args: [...args], options: { ...options, 'no-chat': { type: 'boolean' } } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** @throws UsageError when it is no whole number, or too small. */
export function toCount(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  throw new UsageError(`--${name}: expected a whole number from ${least} on, received '${text}'.`)
}
