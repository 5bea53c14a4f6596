/**
 * Errors as data, then a sentence: each names the argument, what was expected, what came and how to mend it.
 */
export interface ErrorDetails {
  /** The argument, file or field that is wrong, as its user writes it. */
  argument?: string
  expected: string
  received: string
  /** What to do about it, as a full sentence. */
  hint?: string
  cause?: unknown
}

function sentence({ argument, expected, received, hint }: ErrorDetails): string {
  const subject = argument ? `${argument}: ` : ''
  return `${subject}expected ${expected}, received ${received}.${hint ? ` ${hint}` : ''}`
}

/** Base of every error this toolkit throws on purpose. */
export abstract class AttentiveError extends Error {
  readonly argument: string | undefined
  readonly expected: string
  readonly received: string
  readonly hint: string | undefined

  constructor(details: ErrorDetails) {
    super(sentence(details), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.argument = details.argument
    this.expected = details.expected
    this.received = details.received
    this.hint = details.hint
  }
}

/** An option or argument has a value that makes no sense. */
export class InvalidArgumentError extends AttentiveError {}

/** A tensor or array has the wrong shape or dtype. */
export class ShapeError extends AttentiveError {}

/** A function cannot be traced into a graph (data-dependent control flow, an unknown operation, …). */
export class TraceError extends AttentiveError {}

/** An operation has no rule that writes it as a graph node: the function runs eagerly instead, unless forced not to. */
export class UnsupportedOperationError extends TraceError {}

/** No engine can do what was asked (a forced engine is missing, a session failed to build). */
export class EngineError extends AttentiveError {}

/** A loss, gradient or score became NaN or infinite. */
export class NumericalError extends AttentiveError {}

/** Input data (a file, a line, a cell, a token) is unusable. */
export class DataError extends AttentiveError {}

/** A model folder or checkpoint is missing, damaged, hostile or of another version. */
export class CheckpointError extends AttentiveError {}

/** A file or folder cannot be written: the disk is full, the place is read-only, … What was there before is still whole. */
export class StorageError extends AttentiveError {}

/** Work was asked to stop, by a signal or Ctrl-C, before there was anything to return. */
export class InterruptedError extends AttentiveError {}
