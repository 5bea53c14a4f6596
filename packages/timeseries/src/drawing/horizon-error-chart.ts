/** Errors by step of the horizon. */
import { type Chart, type ChartOptions, makeChart, titleOf } from './chart.js'
import { requireAtMost, requireLength, requireSome } from './checks.js'
import { band, line } from './marks.js'
import { lineStyleOf } from './style.js'
import { cleanText, legendNames, numberText, withUnit } from './texts.js'
import { extentOf } from './ticks.js'

export interface HorizonErrors {
  name: string
  /** `[H]`, the error at step 1, 2, … of the horizon; NaN leaves a gap. */
  errors: ArrayLike<number>
  /** `[H]`, standard deviation over runs, drawn to both sides. Default none. */
  deviations?: ArrayLike<number>
}

export interface HorizonErrorChartOptions extends ChartOptions {
  models: readonly HorizonErrors[]
  /** What the errors are: `MAE`. */
  metric: string
  /** Of the errors. Default none. */
  unit?: string
}

/** Lines of more steps than this have no symbol at each. */
const mostSymbols = 48
const mostModels = 12

/**
 * How errors grow over the horizon: a line for each model, apart by colour, dash and symbol.
 *
 * @throws DataError when there is nothing to draw. @throws ShapeError when deviations do not fit errors.
 * @throws InvalidArgumentError when there are more than 12 models or two of one name.
 *
 * @example
 * horizonErrorChart({ metric: 'MAE', models: [{ name: 'SegRNN', errors: [0.21, 0.25, 0.31] }] })
 */
export function horizonErrorChart(options: HorizonErrorChartOptions): Chart {
  const { models, metric, unit } = options
  requireSome('models', models)
  requireAtMost('models', models.length, mostModels, 'Compare the best ones.')
  const names = legendNames(
    'models',
    models.map(({ name }) => name),
  )
  for (const [i, { errors, deviations }] of models.entries()) {
    requireSome(`models[${i}].errors`, errors)
    if (deviations) requireLength(`models[${i}].deviations`, deviations, errors.length)
  }
  const longest = Math.max(...models.map(({ errors }) => errors.length))
  const steps = Float64Array.from({ length: longest }, (_, i) => i + 1)
  const title = titleOf(options)
  const edges = models.map(({ errors, deviations }) => ({
    lower: Float64Array.from(errors, (error, i) => error - (deviations?.[i] ?? 0)),
    upper: Float64Array.from(errors, (error, i) => error + (deviations?.[i] ?? 0)),
  }))
  return makeChart(
    options,
    (points) => ({
      title,
      description: describe(models, names, metric),
      legend: names.map((name) => ({ name, sign: longest <= mostSymbols ? 'marked' : 'line' })),
      panels: [
        {
          heading:
            withUnit(metric, unit) +
            (models.some(({ deviations }) => deviations) ? ', ± standard deviation' : ''),
          height: 280,
          x: { kind: 'step', name: 'step of the horizon', min: 1, max: longest, zoom: true },
          y: { kind: 'value', ...extentOf(...edges.flatMap(({ lower, upper }) => [lower, upper])) },
          series: models.flatMap(({ errors, deviations }, i) => {
            const { color, dash, symbol } = lineStyleOf(i)
            const name = names[i] as string
            const ground = { name, at: steps, ...(edges[i] as (typeof edges)[number]), color, points }
            return [
              line({
                name,
                at: steps,
                values: errors,
                color,
                points,
                width: 2,
                dash,
                ...(longest <= mostSymbols ? { symbol } : {}),
              }),
              ...(deviations
                ? band({ ...ground, opacity: 0.14, key: `${i}`, tip: `${name}, ± deviation` })
                : []),
            ]
          }),
        },
      ],
    }),
    models.length,
  )
}

function describe(models: readonly HorizonErrors[], names: readonly string[], metric: string): string {
  const parts = models.map(({ errors }, i) => {
    const [first, last] = [errors[0] as number, errors[errors.length - 1] as number]
    return `${names[i]} from ${numberText(first)} at step 1 to ${numberText(last)} at step ${errors.length}`
  })
  return `${cleanText(metric)} by step of the horizon: ${parts.join('; ')}.`
}
