/** Commander complains of a missing flag first; where there is a mistyped one, that is what the person wants to know. */
import { Command } from '@commander-js/extra-typings'

export class StrictCommand extends Command {
  /** Commander's own, which its types leave out. */
  declare unknownOption: (flag: string) => void

  override createCommand(name?: string): StrictCommand {
    return new StrictCommand(name)
  }

  /** Called by Commander when a required flag is missing; `args` then holds what it could not place. */
  missingMandatoryOptionValue(option: { flags: string }): never {
    const unknown = this.args.find((word) => /^-./.test(word))
    if (unknown !== undefined) this.unknownOption(unknown)
    return this.error(`error: required option '${option.flags}' not specified`, {
      code: 'commander.missingMandatoryOptionValue',
    })
  }
}
