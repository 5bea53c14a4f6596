/** `npm run bench -- NAME`. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { InvalidArgumentError } from '@attentive/core'
import { readArguments } from './arguments.js'
import { decodingBench } from './decoding/bench.js'
import { engineBench } from './engine/bench.js'
import type { Bench, ResultRow } from './harness/bench.js'
import { compareRow } from './harness/compare.js'
import { eagerBackend } from './harness/eager.js'
import { peerPython } from './harness/python.js'
import { tableHead, tableLine } from './harness/report.js'
import { timeseriesBench } from './timeseries/bench.js'

const benches: Record<string, Bench> = {
  engine: engineBench,
  decoding: decodingBench,
  timeseries: timeseriesBench,
}

const usage = `npm run bench -- NAME: ours and the peer, interleaved run by run; prints a table.
NAME is one of ${Object.keys(benches).join(', ')}. PyTorch and other peers are fetched into a virtual environment at the first run.

  --json FILE        where to write the rows
  --threads 1,2      numbers of threads to measure with
  --runs 15          turns of each side
  --only TEXT        rows whose name contains this
  --skip peer,eager  sides to leave out
  --variants         the peer's variants too (torch.compile)`

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      threads: { type: 'string', default: '1,2' },
      runs: { type: 'string', default: '15' },
      only: { type: 'string', default: '' },
      skip: { type: 'string', default: '' },
      variants: { type: 'boolean', default: false },
    },
  })
  const [name = ''] = positionals
  const bench = benches[name]
  if (!bench)
    throw new InvalidArgumentError({
      argument: 'benchmark',
      expected: `one of ${Object.keys(benches).join(', ')}`,
      received: name || 'none',
    })
  return {
    json: values.json,
    requirements: bench.requirements,
    rows: bench.rows.filter((row) => row.name.includes(values.only)),
    threadCounts: values.threads.split(',').map(Number),
    turns: Number(values.runs),
    skip: values.skip.split(','),
    variants: values.variants,
  }
}

const { rows, requirements, threadCounts, turns, json, skip, variants } = readArguments(parse, usage)
const python = skip.includes('peer') ? null : peerPython(requirements)
const eager = skip.includes('eager') ? null : eagerBackend()
const results: ResultRow[] = []
console.log(tableHead())
for (const row of rows)
  for (const threads of threadCounts) {
    await compareRow(row, { threads, turns, python, variants, eager }, (measured) => {
      results.push(...measured)
      for (const result of measured) console.log(tableLine(result))
    })
    if (json) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
  }
