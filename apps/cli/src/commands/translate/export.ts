/** `attentive translate export`. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jsonOption } from '../../options.js'
import { printJson, printLine } from '../../output.js'
import type { Invocation } from '../../terminal.js'
import { loadTranslator } from './load.js'

export function addExportCommand(translate: CommandUnknownOpts, { terminal }: Invocation): void {
  translate
    .command('export')
    .description('Writes a model as ONNX files, for servers and for programs in other languages.')
    .requiredOption('--model <folder>', 'a trained model')
    .requiredOption('--out <folder>', 'where encoder.onnx, step.onnx, source.json and target.json go')
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  $ attentive translate export --model models/en-de --out onnx/en-de')
    .action(async ({ model, out, json }) => {
      const translator = await loadTranslator([model], { engine: 'eager' })
      const exported = await translator.exportOnnx(out)
      if (json) printJson(terminal.stdout, { model, out, ...exported })
      else
        for (const [name, { inputs, outputs }] of Object.entries(exported)) {
          printLine(terminal.stdout, `${out}/${name}.onnx`)
          for (const port of inputs) printLine(terminal.stdout, `  takes ${describe(port)}`)
          for (const port of outputs) printLine(terminal.stdout, `  gives ${describe(port)}`)
        }
      await translator.dispose()
    })
}

const describe = ({ name, dtype, shape }: { name: string; dtype: string; shape: (number | string)[] }) =>
  `${name}: ${dtype} [${shape.join(', ')}]`
