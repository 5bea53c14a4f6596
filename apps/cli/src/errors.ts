/** Errors as a person reads them, and as the shell does: 1 failed, 2 wrong usage. */
import { AttentiveError, InvalidArgumentError } from '@attentive/core'
import { CommanderError } from '@commander-js/extra-typings'
import { type Flag, inFlags } from './flag-names.js'
import { colorsFor, printLine } from './output.js'
import type { Terminal } from './terminal.js'

export const exitCodes = { done: 0, failed: 1, wrongUsage: 2 } as const

interface ReportOptions {
  /** Say where it happened, too. */
  debug: boolean
  /** Of the command that failed. */
  flags: readonly Flag[]
}

/** Says what went wrong, once, and returns the exit code. */
export function reportError(error: unknown, terminal: Terminal, { debug, flags }: ReportOptions): number {
  // Commander has already printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage
  const { stderr } = terminal
  printLine(stderr, `${colorsFor(stderr, terminal).red('error:')} ${messageOf(error, flags)}`)
  if (debug && error instanceof Error) printLine(stderr, stackOf(error))
  return error instanceof InvalidArgumentError ? exitCodes.wrongUsage : exitCodes.failed
}

function messageOf(error: unknown, flags: readonly Flag[]): string {
  if (error instanceof AttentiveError) return inFlags(error, flags)
  const message = error instanceof Error ? error.message : String(error)
  return `${message}\nThis was not foreseen; with --debug the command says where it happened.`
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
