/** How to go on with what was interrupted. */

/** The command to type: the same words with `--resume`. */
export function resumeCommand(args: readonly string[]): string {
  const words = args.filter((word) => word !== '--resume' && word !== '--overwrite' && word !== '--json')
  return ['attentive', ...words, '--resume'].map(quoted).join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
