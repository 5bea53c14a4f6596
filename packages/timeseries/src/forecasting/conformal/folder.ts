/** Calibrations in a folder beside the model that they belong to: `calibration/`, a model folder of its own. */
import { join } from 'node:path'
import { CheckpointError, isModelFolder, loadModelFolder, NdArray, saveModelFolder } from '@attentive/core'
import { z } from 'zod'
import { Calibration } from './calibration.js'

const calibrationFolder = 'calibration'
const calibrationTask = 'calibration'
const schema = z.strictObject({ coverages: z.array(z.number().gt(0).lt(1)).min(1) })

const nameOf = (coverage: number) => `coverage${coverage}`

/** Whether a model has been calibrated. */
export function isCalibrated(folder: string): Promise<boolean> {
  return isModelFolder(join(folder, calibrationFolder))
}

export async function saveCalibrations(folder: string, calibrations: readonly Calibration[]): Promise<void> {
  await saveModelFolder(join(folder, calibrationFolder), {
    task: calibrationTask,
    config: { coverages: calibrations.map(({ coverage }) => coverage) },
    weights: Object.fromEntries(
      calibrations.map(({ coverage, sorted }) => [nameOf(coverage), tableOf(sorted)]),
    ),
  })
}

/**
 * @param size H · C of the model.
 * @throws CheckpointError when there are none, damaged ones, or those of another model.
 */
export async function loadCalibrations(folder: string, size: number): Promise<Calibration[]> {
  const place = join(folder, calibrationFolder)
  const { config, weights } = await loadModelFolder(place, { task: calibrationTask, schema })
  return config.coverages.map((coverage) => {
    const table = weights[nameOf(coverage)]
    if (table?.shape.length !== 2 || table.shape[0] !== size)
      throw new CheckpointError({
        argument: `${place}: ${nameOf(coverage)}`,
        expected: `distances for ${size} steps and channels`,
        received: table ? `shape [${table.shape.join(', ')}]` : 'none',
        hint: 'Calibrate the model anew.',
      })
    return new Calibration(coverage, rowsOf(table, place))
  })
}

/** A row for each step and channel; where truths are missing there are fewer, and NaN in the end. */
function tableOf(sorted: readonly Float64Array[]): NdArray {
  const width = Math.max(0, ...sorted.map(({ length }) => length))
  const data = new Float32Array(sorted.length * width).fill(Number.NaN)
  for (const [row, values] of sorted.entries()) data.set(values, row * width)
  return new NdArray(data, [sorted.length, width])
}

function rowsOf({ data, shape }: NdArray, place: string): Float64Array[] {
  const [rows, width] = shape as [number, number]
  return Array.from({ length: rows }, (_, row) => {
    const known = Float64Array.from(data.subarray(row * width, (row + 1) * width)).filter(
      (s) => !Number.isNaN(s),
    )
    if (known.length > 0 && known.every((s, i) => i === 0 || s >= (known[i - 1] as number))) return known
    throw new CheckpointError({
      argument: place,
      expected: 'distances that rise',
      received: 'others',
      hint: 'Calibrate the model anew.',
    })
  })
}
