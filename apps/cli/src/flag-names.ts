/** Errors of the library name options as programs write them; a person at the command line knows them as flags. */
import { type AttentiveError, type ErrorDetails, InvalidArgumentError } from '@attentive/core'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'

export interface Flag {
  /** `onBadLine`, as the library calls it. */
  option: string
  /** `--on-bad-line` */
  flag: string
  /** Whether it was typed. */
  isGiven: boolean
}

/** The flags of a command. */
export function flagsOf(command: CommandUnknownOpts): Flag[] {
  return command.options.flatMap((option) => {
    const { long } = option
    if (!long) return []
    const isGiven = command.getOptionValueSource(option.attributeName()) === 'cli'
    return [{ option: camelCase(long.slice(2)), flag: long, isGiven }]
  })
}

const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The error's message, with the command's flags in place of the options that they stand for. */
export function inFlags(
  { argument, expected, received, hint }: AttentiveError,
  flags: readonly Flag[],
): string {
  const details: ErrorDetails = {
    argument: argument && argumentInFlags(argument, flags),
    expected: textInFlags(expected, flags),
    received,
    hint: hint && textInFlags(hint, flags),
  }
  return new InvalidArgumentError(details).message
}

/** `training.averageBest` may come from a file: it is the flag's where that was typed. */
function argumentInFlags(argument: string, flags: readonly Flag[]): string {
  const found = flags.find(
    ({ option, isGiven }) => argument === option || (isGiven && argument.endsWith(`.${option}`)),
  )
  return found?.flag ?? argument
}

/**
 * `onBadLine: "skip"` becomes `--on-bad-line skip`, `resume: true` is `--resume`, and `beamSize` alone is `--beam-size`;
 * a word of small letters alone is a word.
 */
function textInFlags(text: string, flags: readonly Flag[]): string {
  return text.replace(
    /(?<![\w.-])([a-z]\w*)(?:: (?:(true)|"([^"]*)"|'([^']*)'|(\d[\w.]*)))?(?!\w)/g,
    (words, name, ...values) => {
      const flag = flags.find(({ option }) => option === name)?.flag
      const [isTrue, ...texts] = values.slice(0, 4) as (string | undefined)[]
      const value = texts.find((one) => one !== undefined)
      if (flag === undefined) return words
      if (value !== undefined) return `${flag} ${value}`
      return isTrue || /[A-Z]/.test(name) ? flag : words
    },
  )
}
