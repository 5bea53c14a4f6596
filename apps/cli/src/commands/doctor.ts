/** `attentive doctor`: what computes here, why, and how to get something faster. */
import { availableParallelism } from 'node:os'
import { chooseEngine, findOnnxRuntime, loadTfjsNode } from '@attentive/core'
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
    .action(({ json }) => {
      const report = examine(terminal.env)
      if (json) printJson(terminal.stdout, report)
      else printLine(terminal.stdout, textOf(report, terminal))
    })
}

const examples = `
Examples:
  $ attentive doctor
  $ ATTENTIVE_ENGINE=eager attentive doctor --json`

/** An engine that may be there, with its version or the reason why it is not. */
type Finding = { name: string; version: string } | { name: string; reason: string }

interface Report {
  /** What runs compiled functions. */
  engine: string
  why: string
  /** From the fastest. */
  found: Finding[]
  /** How to get a faster one; null when there is none. */
  advice: string | null
  node: string
  cores: number
}

function examine(env: Terminal['env']): Report {
  const onnxRuntime = findOnnxRuntime()
  const tfjsNode = loadTfjsNode()
  const engine = chooseEngine()
  const forced = env.ATTENTIVE_ENGINE
  return {
    engine,
    why: forced ? `ATTENTIVE_ENGINE is ${forced}` : 'it is the fastest that was found',
    found: [
      {
        name: 'onnxruntime-node',
        ...(onnxRuntime.runtime ? { version: onnxRuntime.version } : { reason: onnxRuntime.reason }),
      },
      {
        name: '@tensorflow/tfjs-node',
        ...(tfjsNode.tf ? { version: tfjsNode.version } : { reason: tfjsNode.reason }),
      },
    ],
    advice: adviceFor(engine, onnxRuntime.runtime !== null),
    node: process.versions.node,
    cores: availableParallelism(),
  }
}

function adviceFor(engine: string, hasOnnxRuntime: boolean): string | null {
  if (engine === 'onnxruntime') return null
  return hasOnnxRuntime
    ? 'Unset ATTENTIVE_ENGINE: compiled functions then run on onnxruntime-node.'
    : 'Install the compiled engine: npm install onnxruntime-node@1.16.3'
}

function textOf({ engine, why, found, advice, node, cores }: Report, terminal: Terminal): string {
  const { bold, green, dim } = colorsFor(terminal.stdout, terminal)
  const width = Math.max(...found.map(({ name }) => name.length))
  return [
    `${bold('engine')}  ${engine}: ${why}`,
    ...found.map((finding) => {
      const name = finding.name.padEnd(width)
      return 'version' in finding
        ? `  ${green('✓')} ${name}  ${finding.version}`
        : `  ${dim('–')} ${name}  ${dim(finding.reason)}`
    }),
    ...(advice ? [`${bold('faster')}  ${advice}`] : []),
    `${bold('system')}  Node ${node}, ${cores} cores`,
  ].join('\n')
}
