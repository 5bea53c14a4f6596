/** Text settings of a configuration file, checked where the file is known: what is wrong, and what would be right. */
import { type ParsedTranslationConfig, textConfigSchema } from '@attentive/nlp'

type Result = ReturnType<typeof textConfigSchema.safeParse>
type Issue = NonNullable<Result['error']>['issues'][number]

/** Every wrong setting with its place in the file, as `  → at text.stemmer`; empty when all are right. */
export function wrongTextSettings({ text, source, target }: ParsedTranslationConfig): string[] {
  const found = Object.entries({ source, target }).flatMap(([name, side]) => {
    const issues = textConfigSchema.safeParse({ ...text, ...side }).error?.issues ?? []
    const blockOf = (setting: unknown) => (Object.hasOwn(side, String(setting)) ? name : 'text')
    return issues.flatMap((issue) => describe(issue, blockOf))
  })
  return [...new Set(found)]
}

function describe(issue: Issue, blockOf: (setting: unknown) => string): string[] {
  const paths =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
  const leaf = deepest(issue)
  return paths.map((path) => {
    const place = [blockOf(path[0]), ...path, ...leaf.path].join('.')
    const message = issue.code === 'unrecognized_keys' ? 'no such setting' : leaf.message
    return `✖ ${message}\n  → at ${place}`
  })
}

interface Leaf {
  /** Below the path of the issue. */
  path: PropertyKey[]
  message: string
}

/** Of a choice between forms, Zod says only that none fits: what was meant is the form that fits the furthest. */
function deepest(issue: Issue): Leaf {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { path: [], message: issue.message }
  const leaves = issue.errors.flatMap((branch) =>
    branch.map((inner) => {
      const { path, message } = deepest(inner as Issue)
      return { path: [...inner.path, ...path], message }
    }),
  )
  const depth = Math.max(...leaves.map(({ path }) => path.length))
  const meant = leaves.filter(({ path }) => path.length === depth)
  const choices = meant.map(({ message }) => message.replace(/^Invalid \w+: expected /, ''))
  return { path: meant[0]?.path ?? [], message: `Expected ${choices.join(' or ').replace(/^Expected /, '')}` }
}
