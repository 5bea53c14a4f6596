/** `attentive translate average`. */
import { isModelFolder, listSnapshots, modelCard } from '@attentive/core'
import { Translator } from '@attentive/nlp'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jsonOption } from '../../options.js'
import { count, printJson, printLine } from '../../output.js'
import { requireNewFolder } from '../../run-folder.js'
import type { Invocation } from '../../terminal.js'
import { loadTranslators } from './load.js'

export function addAverageCommand(translate: CommandUnknownOpts, { terminal }: Invocation): void {
  averageCommand(translate).action(async ({ models, out, json }) => {
    await requireNewFolder(out, 'Choose another one.')
    const folders = (await Promise.all(models.map(modelsIn))).flat()
    const average = await Translator.average(await loadTranslators(folders))
    await average.save(out, { card: cardOf(folders) })
    const summary = `Saved the mean of ${count(folders.length, 'model')} in ${out}.`
    if (json) printJson(terminal.stdout, { model: out, models: folders })
    else printLine(terminal.stdout, summary)
  })
}

function averageCommand(translate: CommandUnknownOpts) {
  return translate
    .command('average')
    .description(
      'One model with the mean of the weights of several of one run, often better than each of them.',
    )
    .requiredOption(
      '--models <folder...>',
      "models of one run; or a run's folder of snapshots, which stands for all of them",
    )
    .requiredOption('--out <folder>', 'for the new model')
    .addOption(jsonOption)
    .addHelpText('after', examples)
}

const examples = `
Examples:
  $ attentive translate train --train train.en train.de --validation val.en val.de --keep-best 5 --out models/en-de
  $ attentive translate average --models models/en-de/snapshots --out models/en-de-averaged
  $ attentive translate average --models models/a/best models/a/last --out models/a-averaged`

/** The folder itself; of one that is no model, the snapshots in it. */
async function modelsIn(folder: string): Promise<string[]> {
  if (await isModelFolder(folder)) return [folder]
  const snapshots = await listSnapshots(folder)
  return snapshots.length > 0 ? snapshots.map((snapshot) => snapshot.folder) : [folder]
}

function cardOf(folders: readonly string[]): string {
  return modelCard({
    title: 'Translator',
    summary: `The mean of the weights of ${count(folders.length, 'model')}. Load it with \`Translator.load\`; \`config.json\` holds all settings.`,
    facts: { Models: folders.join(', ') },
  })
}
