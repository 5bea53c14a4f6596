/** A table whose first row names its columns, and nobody has said so: the names would be learnt as a pair. */
import type { ParallelExample, ParallelText } from '@attentive/nlp'
import { printLine } from '../../output.js'
import type { OutputStream } from '../../terminal.js'
import type { CorpusFlags } from './corpus.js'

/**
 * Reads the first pair, which finds out about missing files before anything else happens, and says when it looks like
 * the names of columns.
 * @throws DataError when there is no first pair.
 */
export async function checkStart(
  corpus: ParallelText,
  files: readonly string[],
  { format, columns }: Pick<CorpusFlags, 'format' | 'columns'>,
  stderr: OutputStream,
): Promise<void> {
  const [table, second] = files as [string, ...string[]]
  const isJson = format === 'jsonl' || (format === undefined && /\.jsonl(\.gz)?$/i.test(table))
  for await (const pair of corpus) {
    if (second === undefined && columns === undefined && !isJson && isHeader(pair))
      printLine(stderr, warningOf(pair))
    return
  }
}

const warningOf = ({ file, source, target }: ParallelExample): string =>
  `${file}, line 1 looks like a header, and is taken as a pair: a header is passed over with ` +
  `--columns ${source.trim()},${target.trim()}`

function isHeader({ line, source, target }: ParallelExample): boolean {
  if (line !== 1) return false
  const names = columnNames()
  return [source, target].every((text) =>
    names.has(
      text
        .trim()
        .toLowerCase()
        .replace(/[-_].*$/, ''),
    ),
  )
}

/** `source`, `en`, `english` and the like. */
function columnNames(): Set<string> {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz')
  const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })
  const names = new Set(['source', 'target', 'src', 'tgt', 'trg', 'input', 'output'])
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    const language = languages.of(code)
    if (language !== undefined) names.add(code).add(language.toLowerCase())
  }
  return names
}
