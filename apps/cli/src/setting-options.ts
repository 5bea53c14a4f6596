/** Flags of what models are and how they are trained, for the verbs that train one; most are those of models of series. */
import { networkNames } from '@attentive/timeseries'
import { Option } from '@commander-js/extra-typings'
import { nameList, probabilityList } from './lists.js'
import { integer, positiveInteger, positiveNumber } from './options.js'

export const configOption = new Option('--config <file>', 'all settings, in YAML or JSON; flags go before it')

export const targetOption = new Option(
  '--target <column,...>',
  "columns to forecast; '*' for all numbers that are no covariates (default: '*')",
).argParser(nameList)

export const pastOption = new Option(
  '--past <column,...>',
  'columns that help, known up to the last row',
).argParser(nameList)

export const futureOption = new Option(
  '--future <column,...>',
  'columns that help, known for the horizon, too: plans, calendar, weather forecasts',
).argParser(nameList)

export const staticsOption = new Option(
  '--statics <column,...>',
  'columns that are the same in all rows of a series, numbers or categories; with --series',
).argParser(nameList)

export const lookbackOption = new Option('--lookback <n>', 'rows that are looked back on').argParser(
  positiveInteger,
)
export const horizonOption = new Option('--horizon <n>', 'rows that are forecast').argParser(positiveInteger)

export const modelOption = new Option(
  '--model <name>',
  'network (default: segrnn; with covariates lstm-attention)',
).choices(networkNames)

export const quantilesOption = new Option(
  '--quantiles <level,...>',
  'learn these quantiles in place of a point: 0.05,0.5,0.95',
).argParser(probabilityList)

export const seedOption = new Option('--seed <n>', 'of every random choice (default: 1)').argParser(integer)
export const epochsOption = new Option(
  '--epochs <n>',
  'times through the training windows (default: 30)',
).argParser(positiveInteger)
export const batchSizeOption = new Option('--batch-size <n>', 'windows in a batch (default: 64)').argParser(
  positiveInteger,
)
export const learningRateOption = new Option(
  '--learning-rate <x>',
  'of the optimiser (default: 0.001)',
).argParser(positiveNumber)
