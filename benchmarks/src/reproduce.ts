/** `npm run reproduce -- NAME`. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { AttentiveError, abortOnInterrupt, InvalidArgumentError, progressDisplay } from '@attentive/core'
import { recipes } from '../recipes/index.js'
import { readArguments } from './arguments.js'
import type { ReproduceOptions } from './reproduce/options.js'
import { reproduce } from './reproduce/reproduce.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const usage = `npm run reproduce -- NAME: trains and scores a recipe of benchmarks/recipes, and writes what came of it to
benchmarks/results/NAME.json and NAME.log. Checkpoints are in runs/; Ctrl-C saves.
NAME is one of ${Object.keys(recipes).join(', ')}.

  --data DIR     folder with the corpus (default: the recipe's folder in $ATTENTIVE_DATA, or in data/)
  --threads N    threads inside one operation (default: physical cores)
  --resume       go on with what is in runs/
  --publish DIR  write the model to be given away: 16-bit weights and a model card`

function parse(): Pick<ReproduceOptions, 'name' | 'recipe' | 'data' | 'threads' | 'resume' | 'publish'> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      threads: { type: 'string' },
      resume: { type: 'boolean', default: false },
      publish: { type: 'string' },
    },
  })
  const [name = ''] = positionals
  const recipe = Object.hasOwn(recipes, name) ? recipes[name] : undefined
  if (!recipe)
    throw new InvalidArgumentError({
      argument: 'recipe',
      expected: `one of ${Object.keys(recipes).join(', ')}`,
      received: name || 'none',
    })
  return {
    name,
    recipe,
    data: values.data ?? join(process.env.ATTENTIVE_DATA ?? 'data', recipe.folder),
    threads: values.threads === undefined ? undefined : Number(values.threads),
    resume: values.resume,
    publish: values.publish,
  }
}

const options = readArguments(parse, usage)
const { signal, release } = abortOnInterrupt()
const display = progressDisplay()
try {
  console.log(`${options.recipe.title}: ${options.recipe.seeds.length} seed(s), data from ${options.data}`)
  const summary = await reproduce({
    ...options,
    runs: join(root, 'runs'),
    results: join(root, 'benchmarks/results'),
    signal,
    onProgress: display.onProgress,
  })
  display.stop()
  if (summary) console.log(summary)
  else
    console.log(
      `Stopped; everything is saved. Go on with: npm run reproduce -- ${[...new Set([...process.argv.slice(2), '--resume'])].join(' ')}`,
    )
} catch (error) {
  display.stop()
  if (!(error instanceof AttentiveError)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  release()
}
