/** `attentive doctor`: what computes here, why, and how to get something faster. */
import { availableParallelism } from 'node:os'
import { EngineError, type EngineFinding, type EngineSurvey, surveyEngines } from '@attentive/core'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jsonOption } from '../options.js'
import { colorsFor, printJson, printLine } from '../output.js'
import type { Terminal } from '../terminal.js'

export function addDoctorCommand(program: CommandUnknownOpts, terminal: Terminal): void {
  program
    .command('doctor')
    .description('Says which engines were found, which one is used and why, and how to get a faster one.')
    .addOption(jsonOption)
    .addHelpText('after', examples)
    .action(async ({ json }) => {
      const report = reportOf(await surveyEngines(terminal.env.ATTENTIVE_ENGINE ?? ''), terminal.env)
      if (json) printJson(terminal.stdout, report)
      else printLine(terminal.stdout, textOf(report, terminal))
      requireEngine(report, terminal.env)
    })
}

/** @throws EngineError when ATTENTIVE_ENGINE asks for what is not there: everything else would fail, too. */
function requireEngine({ problem, found }: Report, { ATTENTIVE_ENGINE: asked }: Terminal['env']): void {
  if (problem === null) return
  const usable = found.flatMap(({ engine, reason }) => (reason === null ? [engine] : []))
  throw new EngineError({
    argument: 'ATTENTIVE_ENGINE',
    expected: `one of auto, eager, ${usable.join(', ')}`,
    received: String(asked),
    hint: 'Unset it for the fastest.',
  })
}

const examples = `
Examples:
  $ attentive doctor
  $ ATTENTIVE_ENGINE=eager attentive doctor --json`

interface Report {
  /** What runs compiled functions; null when what was asked for cannot be had. */
  engine: string | null
  why: string
  /** What runs functions that cannot be compiled, or shall not. */
  eager: { engine: string; why: string }
  /** From the fastest. */
  found: EngineFinding[]
  /** What is wrong with ATTENTIVE_ENGINE; null when nothing is. */
  problem: string | null
  /** How to get faster ones. */
  advice: string[]
  node: string
  cores: number
}

function reportOf(survey: EngineSurvey, { ATTENTIVE_ENGINE: asked }: Terminal['env']): Report {
  const { engine, request, eager, found, problem } = survey
  const forced = asked && !(problem && request === 'auto')
  const why = forced ? `ATTENTIVE_ENGINE is ${asked}` : 'it is the fastest that was found'
  return {
    engine,
    why,
    eager: { engine: eager, why: request === eager ? why : 'it is the fastest of those that were found' },
    found,
    problem,
    advice: [...adviceForCompiled(survey), ...adviceForEager(survey)],
    node: process.versions.node,
    cores: availableParallelism(),
  }
}

function adviceForCompiled({ engine, found }: EngineSurvey): string[] {
  if (engine === 'onnxruntime') return []
  const isThere = found.some((finding) => finding.engine === 'onnxruntime' && finding.reason === null)
  return isThere
    ? ['Unset ATTENTIVE_ENGINE: compiled functions then run on onnxruntime-node.']
    : ['Install the compiled engine: npm install onnxruntime-node@1.16.3']
}

/** tfjs-node may be missing, not built or on the wrong Node; the remedy is one sentence all the same. */
function adviceForEager({ eager, request }: EngineSurvey): string[] {
  if (eager === 'tfjs-node' || request === eager) return []
  const best =
    'For eager functions: npm install @tensorflow/tfjs-node, on Node 20 or 22. Where its installer cannot download, ' +
    '"pnpm tfjs-node" in a checkout of Attentive builds it from PyPI (Linux x64).'
  return eager === 'wasm' ? [best] : [best, 'Or, everywhere: npm install @tensorflow/tfjs-backend-wasm']
}

function textOf(
  { engine, why, eager, found, problem, advice, node, cores }: Report,
  terminal: Terminal,
): string {
  const { bold, green, red, dim } = colorsFor(terminal.stdout, terminal)
  const width = Math.max(...found.map(({ module }) => module.length))
  return [
    `${bold('engine ')}  ${engine ?? 'none'}: ${why}`,
    `${bold('eager  ')}  ${eager.engine}: ${eager.why}`,
    ...found.map(({ module, version, reason }) => {
      const name = module.padEnd(width)
      return reason === null ? `  ${green('✓')} ${name}  ${version}` : `  ${dim('–')} ${name}  ${dim(reason)}`
    }),
    ...(problem ? [`${bold(red('problem'))}  ${problem}`] : []),
    ...advice.map((sentence) => `${bold('faster ')}  ${sentence}`),
    `${bold('system ')}  Node ${node}, ${cores} cores`,
  ].join('\n')
}
