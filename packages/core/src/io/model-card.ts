/** The model card of a model folder (Mitchell et al. 2019, "Model cards for model reporting"), as Markdown. */

export interface ModelCard {
  title: string
  /** One or two sentences: what it does. */
  summary: string
  /** Data it was trained on, with source and licence. */
  data?: string
  /** Scores by name, such as `{ 'BLEU, test 2016': 38.2 }`. */
  scores?: Record<string, string | number>
  /** Facts by name: sizes, minutes, versions, … */
  facts?: Record<string, string | number>
  /** Command that trains it again. */
  command?: string
  seed?: number
  license?: string
}

/** Text of `README.md`; what is not given is left out. */
export function modelCard({
  title,
  summary,
  data,
  scores,
  facts,
  command,
  seed,
  license,
}: ModelCard): string {
  const details = {
    ...facts,
    ...(seed === undefined ? {} : { Seed: seed }),
    ...(license ? { Licence: license } : {}),
  }
  const sections = [
    `# ${title}`,
    summary,
    table('Score', scores),
    data && `## Data\n\n${data}`,
    table('Fact', details),
    command && `## Train it again\n\n\`\`\`sh\n${command}\n\`\`\``,
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

function table(heading: string, rows: Record<string, string | number> = {}): string {
  const lines = Object.entries(rows).map(([name, value]) => `| ${cell(name)} | ${cell(String(value))} |`)
  return lines.length === 0 ? '' : [`| ${heading} | |`, '|---|---|', ...lines].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')
}
